
/*
 * The inspection of a body: takes off the framing and the coding, chooses the
 * reader that its type asks for, parts of a multipart included, and joins
 * what is found to the facts of an inspection (export_record.h).
 *
 *     bytes -> [aws-chunked] -> [inflate] -> reader -> record -> facts
 *                                             |
 *                         multipart -> part -> [inflate] -> reader -> ...
 *
 * A field that no rule looks at may be JSON or JSON Lines all the same; those
 * of its records in which there are fields of subjects or consent count.  If
 * it is neither, but JSON with a member to parsers that are less strict
 * (export_sniff.h), it is malformed.
 *
 * A body, or a part that is no file, contradicts its type if it is such JSON
 * and the type has no fields or is CSV: it is malformed.  Where the type says
 * nothing, it is opaque.  A file's type is its own affair: whoever governs the
 * transfer refuses what is not read.
 *
 * A part of JSON that is no file is metadata, and no record, if it is one
 * object without a field of subjects or consent and without an array of
 * objects, is within what may be unread with the form's other fields, and if
 * another part has a record with a subject; of a multipart that is no form
 * only the first part can be.
 *
 * A field of a multipart form that denies consent, or is invalid, counts for
 * everybody in it; one that grants speaks for the form alone.
 *
 * A body that may be the description of a job (inspection->njobs) shows data,
 * which adds EXPORT_PURPOSE_NOT_WAIVED, if it is anything but one JSON object
 * without records inside (export_job.h) or a form without a file, of at most
 * conf->unread bytes either.
 *
 * What cannot be read of a form's file counts only if the form's own fields
 * leave open whether it is for training: they are read to the end of the form,
 * whose framing has to be sound.
 *
 * A multipart form is a record of its own if one of its fields is a subject,
 * if it has no part that is inspected by its own type, or if its other fields
 * take more than what is left of the allowance of unread bytes.  A field of the
 * form speaks for the form, and never for the records of a file beside it.
 * Bytes of a form that is a record are that record's, and not unread.
 *
 * All other unread bytes (export_field.h) past the allowance are
 * EXPORT_BODY_LIMITED.
 */


#ifndef _EXPORT_BODY_H_INCLUDED_
#define _EXPORT_BODY_H_INCLUDED_


#include "export.h"
#include "export_aws_chunked.h"
#include "export_csv.h"
#include "export_facts.h"
#include "export_form.h"
#include "export_heading.h"
#include "export_inflate.h"
#include "export_json.h"
#include "export_media.h"
#include "export_multipart.h"
#include "export_record.h"
#include "export_cutter.h"
#include "export_sniff.h"


#define EXPORT_MAX_NESTED     3     /* the body, a part, a part of that */


/* Memory for a body, up to export_body_release(); NULL if there is none. */

typedef void *(*export_body_alloc_pt)(void *data, size_t size);
typedef void (*export_body_free_pt)(void *data, void *p);


/* constant; "work" is the inflate area, one for each thread */

typedef struct {
    export_limits_t          limits;
    export_inflate_limits_t  inflate;
    uint64_t                 unread;        /* bytes of one transfer: options
                                               of a job take some hundred, data
                                               take more */
    export_inflate_work_t   *work;
    export_body_alloc_pt     alloc;
    export_body_free_pt      free;          /* only for release() */
    void                    *data;
} export_body_conf_t;


/* what a request says of its body; need not outlive export_body_init() */

typedef struct {
    export_str_t   type;            /* Content-Type; empty if absent */
    export_str_t   encoding;        /* Content-Encoding, lines joined by "," */
    int64_t        decoded;         /* x-amz-decoded-content-length, or -1 */
    unsigned       malformed:1;     /* two types, or two lengths */
    unsigned       framed:1;        /* aws-chunked, whatever encoding says */
} export_body_head_t;


typedef struct export_body_s    export_body_t;
typedef struct export_entity_s  export_entity_t;


/* what an entity is to the one that it is in */

typedef enum {
    EXPORT_ENTITY_BODY = 0,
    EXPORT_ENTITY_FIELD,            /* of a multipart form, looked for */
    EXPORT_ENTITY_TEXT,             /* any other field of a form, which may be
                                       JSON */
    EXPORT_ENTITY_FILE,             /* a part with the name of a file */
    EXPORT_ENTITY_METADATA,         /* a part that may be metadata */
    EXPORT_ENTITY_PART              /* any other part */
} export_entity_e;


/* a body, or a part or field of one */

struct export_entity_s {
    export_body_t             *body;
    const struct export_body_reader_s  *reader;

    uint64_t                   start;       /* offset of the first byte in the
                                               decoded body */

    export_record_t            form;        /* the record that a form is; of
                                               JSON, the object around its
                                               records, while they are read */

    u_char                     level;       /* 0: the body */
    u_char                     kind;        /* export_entity_e */
    u_char                     format;      /* export_media_e, as its type has
                                               it */

    unsigned                   coded:1;     /* its bytes are inflated */
    unsigned                   guessed:1;   /* its type says nothing, and it
                                               may be JSON */
    unsigned                   untyped:1;   /* a body without a type */
    unsigned                   fixed:1;     /* none of its records can be
                                               dropped */
    unsigned                   latin:1;     /* a text in ISO 8859-1, ASCII so
                                               far */
    unsigned                   job:1;       /* JSON that may describe a job */
    unsigned                   counted:1;   /* one of its records was judged */
    unsigned                   sniffing:1;  /* its bytes may contradict its
                                               type */
    unsigned                   held:1;      /* metadata, and a record only if
                                               no other part has a subject */

    /* of a form or another multipart */

    unsigned                   first:1;     /* no part of it has begun */
    unsigned                   own:1;       /* it is a record itself */
    unsigned                   silent:1;    /* JSON in a field names nobody */
    unsigned                   spoke:1;     /* a part has a subject */

    /* a multipart is neither metadata nor does it contradict its type */

    union {
        struct {
            uint64_t           size;        /* of what may be metadata */
            export_sniff_t     sniff;
        };

        struct {
            uint64_t           unread;      /* bytes of its fields */
            export_met_t       met_fields;  /* wanted ones, of a form */
            uint32_t           answered;    /* those of them with a value */
            unsigned           parts;       /* read by their own type */
            unsigned           nheld;       /* parts that are "held" */
        };
    };
};


/* the wanted field of a multipart form under way */

typedef struct {
    unsigned                   field;
    export_utf8_t              utf8;
    size_t                     len;
    uint32_t                   place;       /* its object in the form */
    u_char                     value[EXPORT_MAX_VALUE];
} export_body_value_t;


/* what has no parts: there is but one at a time, and nothing of it is kept */

typedef union {
    export_json_t              json;
    export_csv_t               csv;
    export_body_value_t        value;
} export_body_leaf_t;


/*
 * What has parts, or fields with records in them: one a level.  "text" is for
 * the innermost one's headers or fields.
 */

#define EXPORT_BODY_TEXT  (EXPORT_MULTIPART_MAX_HEADER > EXPORT_MAX_VALUE     \
                           ? EXPORT_MULTIPART_MAX_HEADER : EXPORT_MAX_VALUE)

typedef struct {
    export_multipart_t         reader;
    export_part_sink_t         sink;
} export_body_multipart_t;


typedef struct {
    export_form_t              reader;
    export_sink_t              sink;
    export_form_json_t         json;
} export_body_form_t;


typedef union {
    export_body_multipart_t    multipart;
    export_body_form_t         form;
} export_body_branch_t;


typedef struct {
    export_body_branch_t       level[EXPORT_MAX_NESTED - 1];
    u_char                     text[EXPORT_BODY_TEXT];
} export_body_parts_t;


/*
 * At most 8 KB with all that one body can need, and 54 KB more for a
 * compressed one.  What is pointed to is allocated when it is first needed,
 * once.
 */

struct export_body_s {
    export_inspection_t       *inspection;
    const export_body_conf_t  *conf;

    export_entity_t            entity[EXPORT_MAX_NESTED];
    export_record_t            record;      /* under way, of JSON or CSV */
    export_entity_t           *reading;     /* whose record that is */
    export_entity_t           *group;       /* whose records can be dropped, or
                                               NULL */
    export_sink_t              sink;
    export_job_t               job;

    export_body_leaf_t        *leaf;
    export_body_parts_t       *parts;
    export_inflate_t          *inflate;
    export_aws_chunked_t      *aws;
    export_heading_t          *heading;     /* NULL where the body is read, or
                                               no field says a purpose */
    export_cutter_t           *cutter;      /* NULL: nothing is put out */

    uint64_t                   bytes;       /* that readers have been fed */
    uint64_t                   outer;       /* bytes of an object in front of
                                               the records inside it */
    export_unread_t            unread;
    export_body_e              deferred;    /* the outcome, unless the form
                                               says another purpose */
    unsigned                   grouped:1;   /* the object under way has had
                                               records inside it */
    unsigned                   framed:1;    /* aws-chunked */
    unsigned                   inflating:1; /* an entity at some level is */
    unsigned                   stopped:1;   /* what follows is not looked at */
};


/*
 * Begins a body, at once joining what its head says.  "inspection" and "conf"
 * must outlive it.
 *
 * feed() takes the next bytes.  Both return EXPORT_OK; EXPORT_DONE if no more
 * bytes are needed, since a refusal is certain (only if inspection->early is
 * set); or EXPORT_ERROR if there was no memory: then facts->error is set.
 *
 * finish() says the end, or with "complete" 0 that the rest is missing.
 * facts->body is then the outcome.
 *
 * release() gives back what was allocated; the body must not be fed again.
 *
 * Where rules->records points to an array in a JSON object, its elements are
 * records, and the object around them is one only if it has fields of subjects
 * or consent, or takes more than what is left of the allowance.
 *
 * With inspection->policy->redact set, the reasons to refuse records that
 * cannot be dropped are in facts->records.whole: a form, a JSON text that is
 * no array, what is in a compressed part, or in one whose headers say more
 * than what it is.
 *
 * cut(), right after init(): the body is put out by "cutter" (or NULL),
 * which the caller has initialised, less the records that are refused, and
 * decoded if it was compressed.
 */

int export_body_init(export_body_t *body, export_inspection_t *inspection,
    const export_body_conf_t *conf, const export_body_head_t *head);
void export_body_cut(export_body_t *body, export_cutter_t *cutter);
int export_body_feed(export_body_t *body, const u_char *p, size_t len);
void export_body_finish(export_body_t *body, unsigned complete);
void export_body_release(export_body_t *body);


/* 1 if the body is compressed: what is put out of it is not, and longer */

static inline unsigned
export_body_is_coded(const export_body_t *body)
{
    return body->entity[0].coded;
}


/* 1 if the body is in aws-chunked, which signs each chunk or their sum */

static inline unsigned
export_body_is_framed(const export_body_t *body)
{
    return body->framed;
}


/* how much readers had to do so far: bytes, once they were inflated */

static inline uint64_t
export_body_inspected(const export_body_t *body)
{
    return body->bytes;
}


#endif /* _EXPORT_BODY_H_INCLUDED_ */
