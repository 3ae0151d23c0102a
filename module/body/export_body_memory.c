
/*
 * Memory that a body takes when it is first needed, and gives back at its end.
 */


#include "export_body_inside.h"


void *
export_body_alloc(export_body_t *body, size_t size)
{
    void  *p;

    p = body->conf->alloc(body->conf->data, size);

    if (p == NULL) {
        body->inspection->facts->error = 1;
    }

    return p;
}


int
export_body_need_leaf(export_body_t *body)
{
    if (body->leaf == NULL) {
        body->leaf = export_body_alloc(body, sizeof(export_body_leaf_t));
    }

    return body->leaf ? EXPORT_OK : EXPORT_ERROR;
}


int
export_body_need_parts(export_body_t *body)
{
    if (body->parts == NULL) {
        body->parts = export_body_alloc(body, sizeof(export_body_parts_t));
    }

    return body->parts ? EXPORT_OK : EXPORT_ERROR;
}


void
export_body_release(export_body_t *body)
{
    unsigned  i;

    void  *taken[] = {
        body->leaf, body->parts, body->inflate, body->aws, body->heading
    };

    for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        if (taken[i]) {
            body->conf->free(body->conf->data, taken[i]);
        }
    }

    body->leaf = NULL;
    body->parts = NULL;
    body->inflate = NULL;
    body->aws = NULL;
    body->heading = NULL;
}
