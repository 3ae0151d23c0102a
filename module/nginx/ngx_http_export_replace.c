
/*
 * Redaction of a held body: after the verdict the body is read a second time,
 * and what may leave of it becomes the request's body.
 */


#include "ngx_http_export_request.h"


#define NGX_HTTP_EXPORT_REPLACE_BUF  65536  /* bytes written to a file at
                                               once, at least */
#define NGX_HTTP_EXPORT_REPLACE_MORE 1024   /* bytes by which a body may be
                                               longer than it was */


struct ngx_http_export_replace_s {
    ngx_http_export_inspection_t  *inspection;
    export_facts_t                 facts;   /* what the second read found */
    export_cutter_t                cutter;  /* takes records out */
    ngx_http_request_t            *request;
    ngx_buf_t                     *buf;     /* what is not in the file yet */
    ngx_temp_file_t               *file;    /* or NULL: nothing was written */
    off_t                          held;    /* bytes of a body that stays in
                                               memory, at most */
    off_t                          size;    /* bytes of the new body, so far */
    unsigned                       grows:1; /* a full buffer is made larger,
                                               and not written to a file */
};


static ngx_int_t ngx_http_export_replace_begin(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);
static ngx_uint_t ngx_http_export_replace_agrees(
    ngx_http_export_replace_t *replace, export_facts_t *first);
static void *ngx_http_export_replace_alloc(void *data, size_t size);
static int ngx_http_export_replace_out(void *data, const u_char *p,
    size_t len);
static ngx_int_t ngx_http_export_replace_write(
    ngx_http_export_replace_t *replace);
static ngx_int_t ngx_http_export_replace_room(ngx_http_request_t *r,
    ngx_http_export_replace_t *replace);
static ngx_uint_t ngx_http_export_replace_is_held(ngx_http_request_t *r,
    off_t *size);
static ngx_int_t ngx_http_export_replace_grow(
    ngx_http_export_replace_t *replace);
static ngx_int_t ngx_http_export_replace_body(ngx_http_request_t *r,
    ngx_http_export_replace_t *replace);
static void ngx_http_export_replace_discard(ngx_http_request_t *r);
static ngx_int_t ngx_http_export_replace_headers(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_replace_t *replace);
static uint64_t ngx_http_export_find_private_headers(ngx_http_request_t *r,
    ngx_http_export_plan_t *plan);
static ngx_table_elt_t *ngx_http_export_replace_length(ngx_http_request_t *r,
    ngx_list_t *headers, off_t size);


static ngx_str_t  ngx_http_export_length = ngx_string("content-length");
static ngx_str_t  ngx_http_export_encoding = ngx_string("content-encoding");


ngx_int_t
ngx_http_export_replace(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_http_export_replace_t  *replace;

    if (ngx_http_export_state(ctx) != NGX_HTTP_EXPORT_REREAD) {
        rc = ngx_http_export_replace_begin(r, ctx);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    replace = ctx->inspection->replace;

    ngx_http_export_close_inspection(ctx);

    if (!ngx_http_export_replace_agrees(replace, &ctx->facts)
        || ngx_http_export_replace_body(r, replace) != NGX_OK
        || ngx_http_export_replace_headers(r, ctx, replace) != NGX_OK
        || ngx_http_export_check_outgoing(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->inspection->dropped += ctx->facts.records.refused;

    return NGX_OK;
}


/* whether the second read of the same bytes has found the same as the first */

static ngx_uint_t
ngx_http_export_replace_agrees(ngx_http_export_replace_t *replace,
    export_facts_t *first)
{
    return !replace->facts.error
           && replace->facts.body == EXPORT_BODY_READ
           && replace->facts.records.n == first->records.n
           && replace->facts.records.refused == first->records.refused
           && export_cutter_status(&replace->cutter) == EXPORT_OK;
}


/* begins the second read; NGX_DECLINED if its first slice was the last */

static ngx_int_t
ngx_http_export_replace_begin(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx)
{
    export_cutter_sink_t           sink;
    ngx_http_export_replace_t     *replace;
    ngx_http_export_loc_conf_t    *elcf;
    ngx_http_export_inspection_t  *inspection;

    elcf = ctx->elcf;

    replace = ngx_pcalloc(r->pool, sizeof(ngx_http_export_replace_t));
    if (replace == NULL) {
        return NGX_ERROR;
    }

    replace->request = r;
    replace->facts = ctx->facts;
    replace->facts.body = EXPORT_BODY_NONE;
    ngx_memzero(&replace->facts.records, sizeof(export_records_t));

    inspection = ngx_http_export_create_inspection(r, ctx, elcf->plan->fields,
                                                   &replace->facts);
    replace->inspection = inspection;

    if (inspection == NULL
        || ngx_http_export_replace_room(r, replace) != NGX_OK)
    {
        return NGX_ERROR;
    }

    sink.out = ngx_http_export_replace_out;
    sink.alloc = ngx_http_export_replace_alloc;
    sink.data = replace;

    export_cutter_init(&replace->cutter, &sink, elcf->limit_record);
    export_body_cut(&inspection->body, &replace->cutter);

    inspection->replace = replace;

    ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_REREADING);

    return ngx_http_export_inspect_stored(r, inspection);
}


/*
 * Makes the buffer, and says how large a body stays in memory: as large as
 * nginx would keep there, and any that was there before, for of a body in a
 * file "$request_body" is empty.  A body that is not coded gets hardly longer.
 * How long a coded one gets is not known: its buffer grows if that variable is
 * used.
 */

static ngx_int_t
ngx_http_export_replace_room(ngx_http_request_t *r,
    ngx_http_export_replace_t *replace)
{
    off_t                         room, size;
    ngx_uint_t                    held;
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_export_main_conf_t  *emcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    replace->held = clcf->client_body_buffer_size
                   + (clcf->client_body_buffer_size >> 2);

    held = ngx_http_export_replace_is_held(r, &size);
    size += NGX_HTTP_EXPORT_REPLACE_MORE;

    room = ngx_max(replace->held, NGX_HTTP_EXPORT_REPLACE_BUF);

    if (!export_body_is_coded(&replace->inspection->body)) {

        if (held) {
            replace->held = ngx_max(replace->held, size);
            room = size;
        }

        room = ngx_min(room, size);

    } else if (held) {
        emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

        replace->grows = emcf->sends_body;
    }

    replace->buf = ngx_create_temp_buf(r->pool, room);

    return replace->buf ? NGX_OK : NGX_ERROR;
}


/* whether all of the body is in memory; "size" is set to its bytes */

static ngx_uint_t
ngx_http_export_replace_is_held(ngx_http_request_t *r, off_t *size)
{
    ngx_uint_t    held;
    ngx_chain_t  *cl;

    held = !r->request_body_in_file_only;
    *size = 0;

    for (cl = r->request_body ? r->request_body->bufs : NULL;
         cl;
         cl = cl->next)
    {
        *size += ngx_buf_size(cl->buf);

        if (cl->buf->in_file) {
            held = 0;
        }
    }

    return held;
}


/* "$request_body" needs the body in one piece */

static ngx_int_t
ngx_http_export_replace_grow(ngx_http_export_replace_t *replace)
{
    ngx_buf_t   *b, *old;
    ngx_pool_t  *pool;

    old = replace->buf;
    pool = replace->request->pool;

    b = ngx_create_temp_buf(pool, 2 * (old->end - old->start));
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last = ngx_cpymem(b->last, old->pos, old->last - old->pos);

    (void) ngx_pfree(pool, old->start);

    replace->buf = b;
    replace->held = b->end - b->start;

    return NGX_OK;
}


static void *
ngx_http_export_replace_alloc(void *data, size_t size)
{
    ngx_http_export_replace_t *replace = data;

    return ngx_palloc(replace->request->pool, size);
}


static int
ngx_http_export_replace_out(void *data, const u_char *p, size_t len)
{
    ngx_http_export_replace_t *replace = data;

    size_t      n;
    ngx_buf_t  *b;

    replace->size += len;

    while (len) {
        b = replace->buf;

        if (b->last == b->end) {

            if ((replace->grows ? ngx_http_export_replace_grow(replace)
                               : ngx_http_export_replace_write(replace))
                != NGX_OK)
            {
                return EXPORT_ERROR;
            }

            b = replace->buf;
        }

        n = ngx_min(len, (size_t) (b->end - b->last));

        b->last = ngx_cpymem(b->last, p, n);
        p += n;
        len -= n;
    }

    return EXPORT_OK;
}


static ngx_int_t
ngx_http_export_replace_write(ngx_http_export_replace_t *replace)
{
    ngx_buf_t   *b;
    ngx_chain_t  out;

    if (replace->file == NULL) {
        replace->file = ngx_http_export_create_temp_file(replace->request);

        if (replace->file == NULL) {
            return NGX_ERROR;
        }

        replace->file->warn = "a redacted request body is buffered to a "
                             "temporary file";
    }

    b = replace->buf;

    out.buf = b;
    out.next = NULL;

    if (ngx_write_chain_to_temp_file(replace->file, &out) == NGX_ERROR) {
        return NGX_ERROR;
    }

    replace->file->offset += b->last - b->pos;
    b->last = b->start;

    return NGX_OK;
}


/*
 * Sets the request's body.  The struct is a new one: a subrequest has that of
 * its parent, whose body stays as it is.
 */

static ngx_int_t
ngx_http_export_replace_body(ngx_http_request_t *r,
    ngx_http_export_replace_t *replace)
{
    ngx_buf_t                *b;
    ngx_http_request_body_t  *rb;

    rb = ngx_palloc(r->pool, sizeof(ngx_http_request_body_t));
    if (rb == NULL) {
        return NGX_ERROR;
    }

    b = replace->buf;

    if ((replace->file || (replace->size > replace->held && !replace->grows)
         || r->request_body_in_file_only)
        && (ngx_http_export_replace_write(replace) != NGX_OK
            || (b = ngx_calloc_buf(r->pool)) == NULL))
    {
        return NGX_ERROR;
    }

    if (b != replace->buf) {
        b->in_file = 1;
        b->file = &replace->file->file;
        b->file_last = replace->size;
    }

    ngx_http_export_replace_discard(r);

    *rb = *r->request_body;
    rb->temp_file = replace->file;
    rb->bufs = ngx_alloc_chain_link(r->pool);

    if (rb->bufs == NULL) {
        return NGX_ERROR;
    }

    rb->bufs->buf = b;
    rb->bufs->next = NULL;
    b->last_buf = 1;

    r->request_body = rb;

    return NGX_OK;
}


/*
 * "client_body_in_file_only on" keeps the files of all bodies.  The file of the
 * old body holds records that were dropped, and nobody is told its name: it is
 * deleted.
 */

static void
ngx_http_export_replace_discard(ngx_http_request_t *r)
{
    ngx_temp_file_t  *file;

    file = r->request_body->temp_file;

    if (r != r->main || file == NULL || !file->persistent || file->clean
        || file->file.fd == NGX_INVALID_FILE)
    {
        return;
    }

    if (ngx_delete_file(file->file.name.data) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, ngx_errno,
                      ngx_delete_file_n " \"%s\" failed",
                      file->file.name.data);
    }
}


/* makes a new list of headers, for subrequests share the old one */

static ngx_int_t
ngx_http_export_replace_headers(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_replace_t *replace)
{
    ngx_uint_t        i;
    ngx_list_t        headers;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *to, *length;

    if (ngx_list_init(&headers, r->pool, 20, sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_export_same_name(&ngx_http_export_length, &h[i])
                || (export_body_is_coded(&replace->inspection->body)
                    && ngx_http_export_same_name(&ngx_http_export_encoding,
                                                 &h[i])))
            {
                continue;
            }

            to = ngx_list_push(&headers);
            if (to == NULL) {
                return NGX_ERROR;
            }

            *to = h[i];
        }
    }

    length = ngx_http_export_replace_length(r, &headers, replace->size);
    if (length == NULL) {
        return NGX_ERROR;
    }

    /* a list of one part has a pointer to itself, which a copy must not keep */

    r->headers_in.headers = headers;

    if (headers.last == &headers.part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }

    r->headers_in.content_length = length;
    r->headers_in.content_length_n = replace->size;
    r->headers_in.chunked = 0;

    ctx->private_headers = ngx_http_export_find_private_headers(r,
                               ctx->elcf->plan);

    ngx_http_export_forget_variables(r);

    return NGX_OK;
}


/* the places of the private headers in the new list */

static uint64_t
ngx_http_export_find_private_headers(ngx_http_request_t *r,
    ngx_http_export_plan_t *plan)
{
    uint64_t          places;
    ngx_uint_t        i, place;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    places = 0;
    place = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++, place++) {
            if (ngx_http_export_is_private_header(plan, &h[i])) {
                places |= (uint64_t) 1
                          << ngx_min(place, NGX_HTTP_EXPORT_PLACES);
            }
        }
    }

    return places;
}


static ngx_table_elt_t *
ngx_http_export_replace_length(ngx_http_request_t *r, ngx_list_t *headers,
    off_t size)
{
    u_char           *p;
    ngx_table_elt_t  *h;

    h = ngx_list_push(headers);
    p = ngx_pnalloc(r->pool, NGX_OFF_T_LEN);

    if (h == NULL || p == NULL) {
        return NULL;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    ngx_str_set(&h->key, "Content-Length");
    h->lowcase_key = ngx_http_export_length.data;
    h->hash = ngx_hash_key(h->lowcase_key, h->key.len);
    h->value.data = p;
    h->value.len = ngx_sprintf(p, "%O", size) - p;

    return h;
}
