
/*
 * The inspection of a body: takes off the framing and the coding, chooses the
 * reader that its type asks for, parts of a multipart included, and joins
 * what is found to the facts of an inspection (export_record.h).
 *
 *     bytes -> [aws-chunked] -> [inflate] -> reader -> record -> facts
 *                                             |
 *                         multipart -> part -> [inflate] -> reader -> ...
 *
 * Fields of forms.  A field that no rule looks at may be JSON or JSON Lines all
 * the same: its records count if they have a field of subjects or of consent.
 * A field that the strict reader refuses, and that has a member of JSON to lax
 * parsers (export_sniff.h), makes the body malformed.
 *
 * Types that lie.  A body, or a part that is no file, contradicts its type if
 * it has such a member and its type is CSV or one without fields: then the body
 * is malformed.  If its type says nothing, the body is opaque.  A file may be
 * of any type: what is not read of it is refused if the transfer is training.
 *
 * Metadata.  SDKs send a JSON part that describes the file beside it.  A part
 * of JSON that is no file is metadata, and no record, if all of this holds: it
 * is one object, without a field of subjects or of consent, and without an
 * array of objects; together with the form's other fields it fits in what may
 * be unread; and another part has a record with a subject.  Of a multipart that
 * is no form, only the first part can be metadata.
 *
 * Consent in a form.  A field that denies consent, or is invalid, counts for
 * everybody in the form; a field that grants consent speaks for the form alone,
 * and never for the records of a file beside it.
 *
 * Jobs.  A body that may describe a job (export_inspection_add_job()) must be
 * one JSON object without records inside it (export_job.h), or a form without a
 * file, and have at most conf->unread bytes.  Anything else shows that the
 * transfer carries data, and adds EXPORT_PURPOSE_NOT_WAIVED.
 *
 * Files that cannot be read.  They spoil the body only if the form's own fields
 * leave open whether it is for training.  These fields may follow the file, so
 * the form is read to its end, and its framing has to be sound.
 *
 * Forms as records.  A multipart form is a record of its own if one of its
 * fields is a subject, if none of its parts is read by its own type, or if its
 * other fields take more than what is left of the allowance of unread bytes.
 * Then the bytes of these fields belong to that record, and are not unread.
 *
 * All other unread bytes (export_field.h) past the allowance make the body
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


#define EXPORT_MAX_NESTED     3     /* levels: the body, a part, a part of a
                                       part */


/* Returns memory that lives until export_body_release(), or NULL. */

typedef void *(*export_body_alloc_pt)(void *data, size_t size);
typedef void (*export_body_free_pt)(void *data, void *p);


/*
 * Settings, constant while a body is inspected.  "work" is the area in which
 * bodies are inflated.  One body at a time uses the area, so one is enough for
 * a thread, which never leaves feed() halfway.
 */

typedef struct {
    export_limits_t          limits;
    export_inflate_limits_t  inflate;
    uint64_t                 unread;        /* most bytes of a transfer that no
                                               rule looks at: the options of a
                                               job take some hundred bytes,
                                               data take more */
    export_inflate_work_t   *work;
    export_body_alloc_pt     alloc;
    export_body_free_pt      free;          /* called by
                                               export_body_release() */
    void                    *data;
} export_body_conf_t;


/* What a request says of its body.  Need not outlive export_body_init(). */

typedef struct {
    export_str_t   type;            /* Content-Type; empty if absent */
    export_str_t   encoding;        /* Content-Encoding, lines joined by "," */
    int64_t        decoded;         /* x-amz-decoded-content-length, or -1 */
    unsigned       malformed:1;     /* the request has two types, or two
                                       lengths */
    unsigned       framed:1;        /* the body is aws-chunked, whatever
                                       "encoding" says */
} export_body_head_t;


typedef struct export_body_s    export_body_t;
typedef struct export_entity_s  export_entity_t;


/* what an entity is to the entity around it */

typedef enum {
    EXPORT_ENTITY_BODY = 0,
    EXPORT_ENTITY_FIELD,            /* a field of a multipart form that rules
                                       look at */
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

    export_record_t            form;        /* the record of a form; for JSON,
                                               the record of the object around
                                               the records, set aside while
                                               these are read */

    u_char                     level;       /* 0 for the body, 1 for a part of
                                               it, ... */
    u_char                     kind;        /* export_entity_e */
    u_char                     format;      /* export_media_e, from its type */

    unsigned                   coded:1;     /* its bytes are compressed */
    unsigned                   guessed:1;   /* its type says nothing, and it
                                               may be JSON */
    unsigned                   untyped:1;   /* a body without a type */
    unsigned                   fixed:1;     /* its records cannot be dropped */
    unsigned                   latin:1;     /* its type says ISO 8859-1; no
                                               byte so far was other than
                                               ASCII */
    unsigned                   job:1;       /* JSON that may describe a job */
    unsigned                   counted:1;   /* one of its records was
                                               counted */
    unsigned                   sniffing:1;  /* its bytes may contradict its
                                               type */
    unsigned                   held:1;      /* it is metadata, and becomes a
                                               record if no other part has a
                                               subject */

    /* of forms and other multiparts */

    unsigned                   first:1;     /* no part has begun yet */
    unsigned                   own:1;       /* the form is a record itself */
    unsigned                   silent:1;    /* JSON in a field named nobody */
    unsigned                   spoke:1;     /* a part had a subject */

    /*
     * Never needed at once: a multipart cannot be metadata, nor contradict its
     * type.
     */

    union {
        struct {
            uint64_t           size;        /* bytes of what may be metadata */
            export_sniff_t     sniff;
        };

        struct {
            uint64_t           unread;      /* unread bytes of its fields */
            export_met_t       met_fields;  /* wanted fields of a form, so
                                               far */
            uint32_t           answered;    /* fields in "met_fields" that had
                                               a value, a bit each */
            unsigned           parts;       /* number of parts that are read by
                                               their own type */
            unsigned           nheld;       /* number of parts that are
                                               "held" */
        };
    };
};


/* a field of a multipart form that rules look at, as far as it has arrived */

typedef struct {
    unsigned                   field;
    export_utf8_t              utf8;
    size_t                     len;
    uint32_t                   place;       /* number of the object that has
                                               the field
                                               (export_field_nested()) */
    u_char                     value[EXPORT_MAX_VALUE];
} export_body_value_t;


/*
 * The readers of formats that hold no other entities.  One at a time is in
 * use.
 */

typedef union {
    export_json_t              json;
    export_csv_t               csv;
    export_body_value_t        value;
} export_body_leaf_t;


/*
 * The readers of formats that hold other entities, one for each level but the
 * innermost.  "text" is where the innermost of these readers gathers a part's
 * headers or a field; an outer one needs no such memory while an inner one
 * reads.
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
 * The state of a body: at most 8 KB with all that its pointers lead to, and 54
 * KB more if the body is compressed.  Each piece of memory is allocated once,
 * when first needed.
 */

struct export_body_s {
    export_inspection_t       *inspection;
    const export_body_conf_t  *conf;
    const struct export_body_reader_s  *readers;    /* by export_media_e */

    export_entity_t            entity[EXPORT_MAX_NESTED];
    export_record_t            record;      /* the record under way of JSON or
                                               CSV */
    export_entity_t           *reading;     /* the entity that "record" is
                                               in */
    export_entity_t           *group;       /* the entity whose records can be
                                               dropped, or NULL */
    export_sink_t              sink;
    export_job_t               job;

    export_body_leaf_t        *leaf;
    export_body_parts_t       *parts;
    export_inflate_t          *inflate;
    export_aws_chunked_t      *aws;
    export_heading_t          *heading;     /* NULL if the body is read by its
                                               type, or if no field says a
                                               purpose */
    export_cutter_t           *cutter;      /* or NULL: nothing is put out */

    uint64_t                   bytes;       /* bytes that readers were fed */
    uint64_t                   outer;       /* bytes of the object under way in
                                               front of the records in it */
    export_unread_t            unread;
    export_body_e              deferred;    /* outcome if the form does not say
                                               another purpose */
    unsigned                   grouped:1;   /* the object under way has had
                                               records in it */
    unsigned                   framed:1;    /* aws-chunked */
    unsigned                   inflating:1; /* an entity, on any level, is
                                               compressed */
    unsigned                   stopped:1;   /* nothing that follows is looked
                                               at */
};


/*
 * export_body_init() begins a body, and adds to the facts what the head alone
 * says of the body, for example an unknown coding.  "inspection" and "conf"
 * must outlive the body.
 *
 * export_body_feed() takes the next bytes.  Both return EXPORT_OK; EXPORT_DONE
 * if no more bytes are needed, since a refusal is certain (only if
 * inspection->early is set); or EXPORT_ERROR if there was no memory: then
 * facts->error is set.
 *
 * export_body_finish() tells that the body has ended, or with "complete" 0
 * that the rest is missing.  Then facts->body is the outcome.
 *
 * export_body_release() gives memory back.  The body must not be fed again.
 *
 * Where rules->records points to an array in a JSON object, the array's
 * elements are records.  The object around them is a record only if it has
 * fields of subjects or consent, or takes more bytes than remain of the
 * allowance.
 *
 * With inspection->policy->redact set, facts->records.whole has the reasons of
 * only those refused records that cannot be dropped: a form, a JSON text that
 * is no array, records in a compressed part, and records in a part with
 * headers that readers do not know, which may say a length or a digest.
 *
 * export_body_cut() is called right after export_body_init().  "cutter", which
 * the caller has initialised, then puts out the body without the refused
 * records, inflated if the body was compressed.  With NULL nothing is put out.
 */

int export_body_init(export_body_t *body, export_inspection_t *inspection,
    const export_body_conf_t *conf, const export_body_head_t *head);
void export_body_cut(export_body_t *body, export_cutter_t *cutter);
int export_body_feed(export_body_t *body, const u_char *p, size_t len);
void export_body_finish(export_body_t *body, unsigned complete);
void export_body_release(export_body_t *body);


/* 1 if the body is compressed.  Its output is not compressed, and longer. */

static inline unsigned
export_body_is_coded(const export_body_t *body)
{
    return body->entity[0].coded;
}


/*
 * 1 if the body is aws-chunked, a framing that signs each chunk or their sum.
 */

static inline unsigned
export_body_is_framed(const export_body_t *body)
{
    return body->framed;
}


/* The readers' work so far, in bytes behind inflation. */

static inline uint64_t
export_body_inspected(const export_body_t *body)
{
    return body->bytes;
}


#endif /* _EXPORT_BODY_H_INCLUDED_ */
