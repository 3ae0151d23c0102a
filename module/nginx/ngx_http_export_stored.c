
/*
 * Bodies in memory or in a file: inspects them there, in slices, and writes
 * them to a file for handlers that take it.
 */


#include "ngx_http_export_request.h"


#define NGX_HTTP_EXPORT_SLICE  4194304      /* bytes, inflated, that are
                                               inspected before other requests
                                               have their turn: about 2 ms */


static ssize_t ngx_http_export_read_stored(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, u_char **p);
static ngx_int_t ngx_http_export_store_body(ngx_http_request_t *r);


ngx_int_t
ngx_http_export_inspect_stored(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection)
{
    /* "rest" of nginx's body are the bytes that it has not read yet */

    if (r->request_body && r->request_body->rest == 0) {
        inspection->rest = r->request_body->bufs;

        if (inspection->state == NGX_HTTP_EXPORT_READING) {
            ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_ARRIVED);
        }
    }

    return ngx_http_export_inspect_slice(r, inspection);
}


ngx_int_t
ngx_http_export_inspect_slice(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection)
{
    u_char   *p;
    ssize_t   n;
    uint64_t  end;

    end = export_body_inspected(&inspection->body) + NGX_HTTP_EXPORT_SLICE;

    do {
        if (export_body_inspected(&inspection->body) >= end) {
            return NGX_AGAIN;
        }

        n = ngx_http_export_read_stored(r, inspection, &p);

    } while (n > 0
             && ngx_http_export_feed_inspection(inspection, p, n) == NGX_OK);

    ngx_http_export_finish_inspection(r, inspection);

    return NGX_DECLINED;
}


/* points to the next bytes; returns how many, 0 at the end or for an error */

static ssize_t
ngx_http_export_read_stored(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, u_char **p)
{
    size_t                        size;
    ssize_t                       n;
    ngx_buf_t                    *b;
    ngx_http_export_main_conf_t  *emcf;

    while (inspection->rest
           && inspection->offset == ngx_buf_size(inspection->rest->buf))
    {
        inspection->rest = inspection->rest->next;
        inspection->offset = 0;
    }

    if (inspection->rest == NULL) {
        return 0;
    }

    b = inspection->rest->buf;
    size = ngx_min(NGX_HTTP_EXPORT_CHUNK, ngx_buf_size(b) - inspection->offset);

    if (ngx_buf_in_memory(b)) {
        *p = b->pos + inspection->offset;
        inspection->offset += size;

        return size;
    }

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    n = ngx_read_file(b->file, emcf->chunk, size,
                      b->file_pos + inspection->offset);

    if (n <= 0) {
        inspection->rest = NULL;
        return 0;
    }

    *p = emcf->chunk;
    inspection->offset += n;

    return n;
}


/*
 * In the content phase, before other handlers: dav takes the file of a body and
 * renames it, so that a body in memory must be written to one.  Bodies that are
 * passed on stay in memory: handlers of locations, such as proxy_pass, run
 * instead of this phase.
 */

ngx_int_t
ngx_http_export_store_handler(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_http_export_ctx_t  *ctx;

    if (r != r->main || r->request_body == NULL || r->request_body->temp_file
        || !ngx_http_export_is_stored_by_nginx(r))
    {
        return NGX_DECLINED;
    }

    ctx = ngx_http_export_get_ctx(r);

    if (ctx == NULL || ctx->inspection == NULL
        || ctx->elcf->mode != NGX_HTTP_EXPORT_ENFORCE)
    {
        return NGX_DECLINED;
    }

    if (ngx_http_export_store_body(r) == NGX_OK) {
        return NGX_DECLINED;
    }

    /* ngx_http_export_refuse() finalizes, and so does the content phase */

    r->main->count++;

    rc = ngx_http_export_block_on_error(r, ctx);

    if (rc != NGX_DONE) {
        r->main->count--;
    }

    return rc;
}


ngx_uint_t
ngx_http_export_is_stored_by_nginx(ngx_http_request_t *r)
{
    return r->method == NGX_HTTP_PUT && r->content_handler == NULL;
}


static ngx_int_t
ngx_http_export_store_body(ngx_http_request_t *r)
{
    ngx_buf_t                *b;
    ngx_chain_t              *cl;
    ngx_temp_file_t          *file;
    ngx_http_request_body_t  *rb;

    r->request_body_in_persistent_file = 1;
    r->request_body_in_clean_file = 1;

    rb = r->request_body;

    file = ngx_http_export_create_temp_file(r);
    cl = ngx_alloc_chain_link(r->pool);
    b = ngx_calloc_buf(r->pool);

    if (file == NULL || cl == NULL || b == NULL) {
        return NGX_ERROR;
    }

    file->log_level = 0;

    if (rb->bufs == NULL) {
        rb->temp_file = file;

        return ngx_create_temp_file(&file->file, file->path, file->pool,
                                    file->persistent, file->clean,
                                    file->access);
    }

    if (ngx_write_chain_to_temp_file(file, rb->bufs) == NGX_ERROR) {
        return NGX_ERROR;
    }

    file->offset = file->file.offset;

    b->in_file = 1;
    b->last_buf = 1;
    b->file = &file->file;
    b->file_last = file->offset;

    cl->buf = b;
    cl->next = NULL;

    rb->bufs = cl;
    rb->temp_file = file;

    return NGX_OK;
}


ngx_temp_file_t *
ngx_http_export_create_temp_file(ngx_http_request_t *r)
{
    ngx_temp_file_t           *file;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    file = ngx_pcalloc(r->pool, sizeof(ngx_temp_file_t));
    if (file == NULL) {
        return NULL;
    }

    file->file.fd = NGX_INVALID_FILE;
    file->file.log = r->connection->log;
    file->path = clcf->client_body_temp_path;
    file->pool = r->pool;
    file->log_level = r->request_body_file_log_level;
    file->persistent = r->request_body_in_persistent_file;
    file->clean = r->request_body_in_clean_file;
    file->warn = "a client request body is buffered to a temporary file";

    if (r->request_body_file_group_access) {
        file->access = 0660;
    }

    return file;
}
