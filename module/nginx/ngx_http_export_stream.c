
/*
 * Redaction of a streamed body: records that may leave are sent on while others
 * arrive.  A buffer that came in is parked, and counts as unread, until all
 * that was made of it is sent: a slow recipient slows the client.
 */


#include "ngx_http_export_request.h"


#define NGX_HTTP_EXPORT_STREAM_BUF  16384   /* bytes of an outgoing buffer */


struct ngx_http_export_stream_s {
    ngx_http_request_t      *request;
    export_cutter_t          cutter;    /* takes records out */
    ngx_chain_t             *out;       /* what nginx is given next; or NULL */
    ngx_chain_t            **last;      /* where "out" goes on */
    ngx_chain_t             *free;      /* sent, to be used again; or NULL */
    ngx_chain_t             *busy;      /* given, but not all sent; or NULL */
    ngx_chain_t             *parked;    /* buffers that came in, of which "out"
                                           and "busy" were made; or NULL */
    ngx_buf_t               *buf;       /* the last of "out", or NULL */
    off_t                    size;      /* bytes that the cutter let pass */
    off_t                    given;     /* ... of these, that nginx was given */
};


static ngx_int_t ngx_http_export_stream_begin(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
static void *ngx_http_export_stream_alloc(void *data, size_t size);
static int ngx_http_export_stream_out(void *data, const u_char *p, size_t len);
static ngx_buf_t *ngx_http_export_stream_buf(ngx_http_export_stream_t *stream);
static ngx_int_t ngx_http_export_stream_feed(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, ngx_chain_t *in);
static ngx_int_t ngx_http_export_stream_end(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_inspection_t *inspection);
static void ngx_http_export_stream_update(ngx_http_request_t *r,
    ngx_http_export_stream_t *stream);
static ngx_int_t ngx_http_export_stream_stop(ngx_http_request_t *r,
    ngx_http_export_stream_t *stream);


/*
 * For NGX_DECLINED nginx neither goes on nor answers, nor connects to the
 * recipient if it has not done so yet.  A body whose end may leave is IDLE.
 */

ngx_int_t
ngx_http_export_stream(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_chain_t *in, ngx_http_request_body_filter_pt next)
{
    ngx_int_t                      rc;
    ngx_http_export_stream_t      *stream;
    ngx_http_export_inspection_t  *inspection;

    inspection = ctx->inspection;

    if (inspection->arrival != NGX_HTTP_EXPORT_STREAMED
        && ngx_http_export_stream_begin(r, inspection) != NGX_OK)
    {
        return ctx->elcf->status;
    }

    stream = inspection->stream;

    ngx_http_export_stream_update(r, stream);

    if (ngx_http_export_stream_feed(r, inspection, in) != NGX_OK) {
        ctx->facts.error = 1;
        ngx_http_export_give_up(inspection);
    }

    if (inspection->state != NGX_HTTP_EXPORT_READING
        && ngx_http_export_stream_end(r, ctx, inspection) != NGX_OK)
    {
        return ngx_http_export_stream_stop(r, stream);
    }

    stream->given = stream->size;

    rc = next(r, stream->out);

    ngx_http_export_stream_update(r, stream);

    return rc;
}


static ngx_int_t
ngx_http_export_stream_begin(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection)
{
    export_cutter_sink_t         sink;
    ngx_http_export_stream_t    *stream;
    ngx_http_export_loc_conf_t  *elcf;

    elcf = ngx_http_get_module_loc_conf(r, ngx_http_export_policy_module);

    stream = ngx_pcalloc(r->pool, sizeof(ngx_http_export_stream_t));
    if (stream == NULL) {
        return NGX_ERROR;
    }

    stream->request = r;
    stream->last = &stream->out;

    sink.out = ngx_http_export_stream_out;
    sink.alloc = ngx_http_export_stream_alloc;
    sink.data = stream;

    export_cutter_init(&stream->cutter, &sink, elcf->limit_record);
    export_body_cut(&inspection->body, &stream->cutter);

    inspection->stream = stream;
    inspection->arrival = NGX_HTTP_EXPORT_STREAMED;

    return NGX_OK;
}


static void *
ngx_http_export_stream_alloc(void *data, size_t size)
{
    ngx_http_export_stream_t *stream = data;

    return ngx_palloc(stream->request->pool, size);
}


static int
ngx_http_export_stream_out(void *data, const u_char *p, size_t len)
{
    ngx_http_export_stream_t *stream = data;

    size_t      n;
    ngx_buf_t  *b;

    stream->size += len;

    while (len) {
        b = ngx_http_export_stream_buf(stream);
        if (b == NULL) {
            return EXPORT_ERROR;
        }

        n = ngx_min(len, (size_t) (b->end - b->last));

        b->last = ngx_cpymem(b->last, p, n);
        p += n;
        len -= n;
    }

    return EXPORT_OK;
}


/* a buffer at the end of "out" with room in it; NULL if out of memory */

static ngx_buf_t *
ngx_http_export_stream_buf(ngx_http_export_stream_t *stream)
{
    ngx_buf_t    *b;
    ngx_pool_t   *pool;
    ngx_chain_t  *cl;

    if (stream->buf && stream->buf->last < stream->buf->end) {
        return stream->buf;
    }

    pool = stream->request->pool;

    cl = ngx_chain_get_free_buf(pool, &stream->free);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (b->start == NULL) {
        b->start = ngx_palloc(pool, NGX_HTTP_EXPORT_STREAM_BUF);
        if (b->start == NULL) {
            return NULL;
        }

        b->end = b->start + NGX_HTTP_EXPORT_STREAM_BUF;
        b->temporary = 1;
        b->flush = 1;
        b->tag = (ngx_buf_tag_t) &ngx_http_export_stream;
    }

    b->pos = b->start;
    b->last = b->start;

    *stream->last = cl;
    stream->last = &cl->next;
    stream->buf = b;

    return b;
}


static ngx_int_t
ngx_http_export_stream_feed(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, ngx_chain_t *in)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *parked;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        if (b->last_buf && inspection->state == NGX_HTTP_EXPORT_READING) {
            ngx_http_export_enter_state(inspection, NGX_HTTP_EXPORT_ARRIVED);
        }

        if (b->pos == b->last) {
            continue;
        }

        parked = ngx_alloc_chain_link(r->pool);
        if (parked == NULL) {
            return NGX_ERROR;
        }

        parked->buf = b;
        parked->next = inspection->stream->parked;
        inspection->stream->parked = parked;

        if (ngx_http_export_is_reading(inspection)) {
            (void) ngx_http_export_feed_inspection(inspection, b->pos,
                                                   b->last - b->pos);
        }
    }

    return NGX_OK;
}


/* decides; NGX_DECLINED if the recipient must not get the end */

static ngx_int_t
ngx_http_export_stream_end(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_http_export_inspection_t *inspection)
{
    ngx_buf_t                 *b;
    ngx_uint_t                 refused;
    ngx_chain_t               *cl;
    ngx_http_export_stream_t  *stream;

    if (inspection->state == NGX_HTTP_EXPORT_ABORTED) {
        return NGX_DECLINED;
    }

    stream = inspection->stream;
    refused = ngx_http_export_is_refused(inspection);

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (b == NULL || cl == NULL) {
        ctx->facts.error = 1;
    }

    ngx_http_export_finish_inspection(r, inspection);

    ctx->facts.departed = ngx_http_export_stream_departed(inspection);

    ngx_http_export_decide(r, ctx);

    if (refused || b == NULL || cl == NULL
        || ctx->verdict.decision == EXPORT_BLOCK)
    {
        return NGX_DECLINED;
    }

    b->last_buf = 1;
    b->flush = 1;

    cl->buf = b;
    cl->next = NULL;
    *stream->last = cl;

    inspection->dropped += ctx->facts.records.refused;

    ngx_http_export_close_inspection(ctx);

    /* nginx sends the length of a body that has ended before it connects */

    r->headers_in.content_length_n = stream->size;

    return NGX_OK;
}


ngx_uint_t
ngx_http_export_stream_departed(ngx_http_export_inspection_t *inspection)
{
    off_t         size;
    ngx_chain_t  *cl;

    size = inspection->stream->given;

    for (cl = inspection->stream->busy; cl; cl = cl->next) {
        size -= ngx_buf_size(cl->buf);
    }

    return size != 0;
}


/*
 * Frees the buffers that were sent, and when all are, gives those that were
 * parked back to nginx.
 */

static void
ngx_http_export_stream_update(ngx_http_request_t *r,
    ngx_http_export_stream_t *stream)
{
    ngx_chain_t  *cl;

    ngx_chain_update_chains(r->pool, &stream->free, &stream->busy,
                            &stream->out,
                            (ngx_buf_tag_t) &ngx_http_export_stream);

    stream->last = &stream->out;
    stream->buf = NULL;

    while (stream->busy == NULL && stream->parked) {
        cl = stream->parked;
        stream->parked = cl->next;

        cl->buf->pos = cl->buf->last;
        ngx_free_chain(r->pool, cl);
    }
}


/* without the last buffer, the recipient cannot take the body for whole */

static ngx_int_t
ngx_http_export_stream_stop(ngx_http_request_t *r,
    ngx_http_export_stream_t *stream)
{
    stream->out = NULL;
    stream->busy = NULL;

    ngx_http_export_stream_update(r, stream);

    return NGX_DECLINED;
}
