
/*
 * What the files of a body share.  No other file includes this header.
 *
 *     export_body.c            the body, and the table of readers
 *     export_body_multipart.c  parts, and the fields of multipart forms
 *     export_body_form.c       urlencoded forms, and JSON in the fields of any
 *                              form
 *     export_body_entity.c     an entity's coding and format, from its first
 *                              byte to its last
 *     export_body_records.c    JSON and CSV, and the end of each record
 *     export_body_watch.c      what is watched beside the reader: whether the
 *                              bytes look like their type, and whether the
 *                              description of a job holds data
 *     export_body_outcome.c    what the body comes to, and what is not read
 *     export_body_memory.c     what a body allocates
 *
 * Each of these uses only files below it.  Entities are in each other, but an
 * entity knows its reader by the table alone, which export_body.c hands down.
 */


#ifndef _EXPORT_BODY_INSIDE_H_INCLUDED_
#define _EXPORT_BODY_INSIDE_H_INCLUDED_


#include "export_body.h"


/*
 * How a format is read: begin() is called after the entity's head, end() after
 * its last byte.  Both return a reader's result (export_field.h).
 */

typedef struct export_body_reader_s {
    int  (*begin)(export_entity_t *entity, const export_media_t *media);
    int  (*feed)(export_entity_t *entity, const u_char *p, size_t len);
    int  (*end)(export_entity_t *entity);
    unsigned            records:1;      /* its records can be dropped one by
                                           one */
    unsigned            nests:1;        /* its entities have entities inside
                                           them */
    export_json_mode_e  mode;           /* for JSON: what the text may be */
} export_body_reader_t;


/* the reader of an entity that is not read */

extern const export_body_reader_t  export_body_no_reader;


/*
 * The entity inside this one, or around this one: one level further in or out.
 */

static inline export_entity_t *
export_body_child(export_entity_t *entity)
{
    return entity + 1;
}


static inline export_entity_t *
export_body_parent(export_entity_t *entity)
{
    return entity - 1;
}


/*
 * 1 for a file of the outermost form.  What such a file hides may not matter
 * (see export_body_put_off_file()).
 */

static inline unsigned
export_body_is_outer_file(const export_entity_t *entity)
{
    return entity->kind == EXPORT_ENTITY_FILE && entity->level == 1;
}


/* export_body_multipart.c */

int export_body_multipart_begin(export_entity_t *entity,
    const export_media_t *media);
int export_body_multipart_feed(export_entity_t *entity, const u_char *p,
    size_t len);
int export_body_multipart_end(export_entity_t *entity);

/* export_body_form.c */

int export_body_form_begin(export_entity_t *entity,
    const export_media_t *media);
int export_body_form_feed(export_entity_t *entity, const u_char *p,
    size_t len);
int export_body_form_end(export_entity_t *entity);
int export_body_begin_text(export_entity_t *form);

/* export_body_entity.c */

int export_body_begin_entity(export_entity_t *entity,
    const export_media_t *media, export_coding_e coding);
int export_body_feed_entity(export_entity_t *entity, const u_char *p,
    size_t len);
int export_body_read_decoded(export_entity_t *entity, const u_char *p,
    size_t len);
int export_body_end_entity(export_entity_t *entity);
void export_body_add_unread(export_entity_t *form, size_t len);

/* export_body_records.c */

int export_body_json_begin(export_entity_t *entity,
    const export_media_t *media);
int export_body_json_feed(export_entity_t *entity, const u_char *p,
    size_t len);
int export_body_json_end(export_entity_t *entity);
int export_body_csv_begin(export_entity_t *entity,
    const export_media_t *media);
int export_body_csv_feed(export_entity_t *entity, const u_char *p,
    size_t len);
int export_body_csv_end(export_entity_t *entity);
void export_body_set_sink(export_body_t *body);
int export_body_close_record(export_body_t *body, export_record_t *record,
    uint64_t start, uint64_t end);
void export_body_open_group(export_entity_t *entity, uint64_t start);
void export_body_close_group(export_entity_t *entity, uint64_t end);
int export_body_cut_feed(export_body_t *body, int rc);

/* export_body_watch.c */

int export_body_watch(export_entity_t *entity);
int export_body_check_type(export_entity_t *entity, int rc);
void export_body_end_job(const export_entity_t *entity);
unsigned export_body_look_is_final(const export_entity_t *entity);
void export_body_feed_job(export_entity_t *entity, const u_char *p,
    size_t len);

/* export_body_outcome.c */

int export_body_settle(export_body_t *body, int rc);
void export_body_join_outcome(export_body_t *body, export_body_e state);
void export_body_defer_outcome(export_body_t *body, export_body_e state);
unsigned export_body_is_answered(const export_body_t *body);
void export_body_note_data(export_body_t *body);
int export_body_ignore(export_entity_t *entity, export_body_e state);

/* export_body_memory.c */

void *export_body_alloc(export_body_t *body, size_t size);
int export_body_need_leaf(export_body_t *body);
int export_body_need_parts(export_body_t *body);


#endif /* _EXPORT_BODY_INSIDE_H_INCLUDED_ */
