
/*
 * What a request has, and who adds to it: its head and destination, its body's
 * life, its verdict.  One context holds them all.
 */


#ifndef _NGX_HTTP_EXPORT_REQUEST_H_INCLUDED_
#define _NGX_HTTP_EXPORT_REQUEST_H_INCLUDED_


#include "ngx_http_export.h"
#include "export_body.h"
#include "export_facts.h"


#define NGX_HTTP_EXPORT_ID      32          /* hex digits of 128 random bits */
#define NGX_HTTP_EXPORT_PLACES  63          /* of headers in their list, with a
                                               bit of their own */


typedef struct ngx_http_export_replace_s  ngx_http_export_replace_t;
typedef struct ngx_http_export_stream_s  ngx_http_export_stream_t;


/* a path with its query, of which either may be empty */

typedef struct {
    ngx_str_t                   path;
    ngx_str_t                   args;
} ngx_http_export_target_t;


/* what will be sent, where it is neither what was sent to us nor r->uri */

typedef struct {
    ngx_str_t                   host;       /* of the URL, or empty: no name */
    ngx_str_t                   path;       /* or empty: as it was sent */
    ngx_str_t                   args;
    ngx_array_t                *params;     /* ngx_http_export_target_t: what
                                               the recipient is told besides;
                                               or NULL */
    unsigned                    unknown:1;  /* any host and path, for all that
                                               is known */
} ngx_http_export_outgoing_t;


/* how a body reaches us: who reads it from the client */

typedef enum {
    NGX_HTTP_EXPORT_HELD = 0,               /* the gate, all of it, before the
                                               phases go on */
    NGX_HTTP_EXPORT_WATCHED,                /* whoever forwards it, and gets
                                               all of it: monitor mode */
    NGX_HTTP_EXPORT_FORWARDED,              /* whoever forwards it, and gets
                                               its end after the verdict */
    NGX_HTTP_EXPORT_STREAMED,               /* the same, but records that may
                                               leave are sent on meanwhile */
    NGX_HTTP_EXPORT_STORED                  /* nobody any more: it is in memory
                                               or in a file */
} ngx_http_export_arrival_e;


/*
 * A body's life.  Who has the request in a state, and what ends the state:
 *
 * IDLE       nginx: no body is inspected, or the verdict has done with it
 *   -> READING    the gate finds that the verdict depends on the body
 *   -> REREADING  the verdict is "redact", and the body is held
 *
 * READING    HELD: nginx, which reads the client for the gate; STORED: the
 *            gate, a slice an event; otherwise whoever forwards the body
 *   -> ARRIVED    the filter sees the last buffer; STORED: no byte is missing
 *   -> REFUSED    the policy is certain to refuse, or there was an error
 *   -> LOST       nginx cannot keep the body: the disk is full
 *   -> DONE       STORED: the bytes that are there were read, but others are
 *                 missing
 *   -> IDLE       an internal redirect: the gate begins anew; or nginx could
 *                 not read the client, and the gate blocks
 *
 * ARRIVED    as READING, but the bytes are all there
 *   -> DONE       they were all inspected
 *   -> REFUSED, LOST, IDLE   as READING
 *
 * REFUSED    as READING, but the filter throws away what still arrives; only
 *            a WATCHED body passes, all of it
 *   -> DONE       nginx comes back to the gate, at the end of the body or by
 *                 the event that the filter has posted
 *   -> LOST, IDLE            as READING
 *            that event does nothing, and the state stays, if nginx has read
 *            on, and has answered 400 or 413, before it comes
 *
 * LOST       nobody until the event that the filter has posted; whoever reads
 *            the client gets nothing any more, not even the end
 *   -> DONE       the event comes
 *   -> IDLE       as READING
 *
 * DONE       the gate: facts are complete, the phases run again.  WATCHED:
 *            nginx, the verdict has been given.  STREAMED: the filter
 *   -> IDLE       the verdict is given; STREAMED: the end may leave
 *   -> ABORTED    STREAMED: the end must not leave
 *
 * ABORTED    nobody until the event that the filter has posted, which ends the
 *            transfer: the recipient never gets the last buffer
 *   -> IDLE       the recipient's answer has come before that event, and is an
 *                 internal redirect: the gate gives the same verdict
 *
 * REREADING  the gate, a slice an event: the held body is read a second time,
 *            to be replaced by what may leave of it
 *   -> REREAD     all of it was read
 *
 * REREAD     the gate, when the phases run again
 *   -> IDLE       the body was replaced, or the transfer is blocked
 *
 * A client that goes away, or a time-out, ends no state: nginx frees the
 * request in whatever state its body is, and the log phase says what became of
 * the transfer.
 */

typedef enum {
    NGX_HTTP_EXPORT_IDLE = 0,
    NGX_HTTP_EXPORT_READING,
    NGX_HTTP_EXPORT_ARRIVED,
    NGX_HTTP_EXPORT_REFUSED,
    NGX_HTTP_EXPORT_LOST,
    NGX_HTTP_EXPORT_DONE,
    NGX_HTTP_EXPORT_ABORTED,
    NGX_HTTP_EXPORT_REREADING,
    NGX_HTTP_EXPORT_REREAD
} ngx_http_export_state_e;


/* the inspection of a request's body, and the body's life */

typedef struct {
    export_body_t               body;       /* the readers, and how far they
                                               are */
    export_body_conf_t          conf;
    export_inspection_t         wanted;     /* what is looked for, and whose
                                               facts it adds to */
    ngx_http_export_state_e     state;      /* set by nobody but
                                               ngx_http_export_enter_state() */
    ngx_http_export_arrival_e   arrival;
    unsigned                    asks;       /* EXPORT_ASKS_* */
    off_t                       received;   /* bytes, all of them inspected */
    uint64_t                    dropped;    /* records, for this recipient or
                                               an earlier one */

    ngx_chain_t                *rest;       /* of a stored body, the buffers
                                               that are not inspected yet */
    off_t                       offset;     /* bytes of the first of them that
                                               are */

    ngx_http_export_stream_t   *stream;     /* if STREAMED */
    ngx_http_export_replace_t  *replace;    /* if REREADING or REREAD */

    ngx_http_request_t         *request;
    ngx_http_event_handler_pt   next;       /* what "wake" calls */
    ngx_event_t                 wake;
} ngx_http_export_inspection_t;


/*
 * The context of a request.  That of a main request is found again after
 * internal redirects, which clear r->ctx, through its pool's cleanup.  Most
 * requests need little of it: what few need is allocated then.
 */

typedef struct {
    ngx_http_export_loc_conf_t  *elcf;      /* of the location that decides */
    export_facts_t              facts;
    ngx_str_t                   recipient;  /* its host; or empty: malformed */
    ngx_str_t                   uri;        /* r->uri as it was judged */
    ngx_http_export_inspection_t  *inspection;  /* or NULL: no body was ever
                                               inspected */
    ngx_http_export_outgoing_t  *outgoing;  /* or NULL: sent as it came */
    export_recipient_found_t   *endpoints;  /* or NULL: none was tried */
    ngx_list_part_t            *stripped;   /* headers that were taken off, in
                                               runs; or NULL */
    uint64_t                    private_headers;
                                            /* those that the recipient must
                                               not see, a bit for each place
                                               in the list; the last bit is of
                                               all places behind it */
    u_char                     *id;         /* NGX_HTTP_EXPORT_ID digits; or
                                               NULL: nobody has asked for it */
    export_verdict_t            verdict;    /* 20 bytes: the bits behind it fill
                                               the last word */
    unsigned                    wide:1;     /* an endpoint of any host fits
                                               what is not sent */
    unsigned                    blocked:1;  /* to the end of the request */
} ngx_http_export_ctx_t;


/*
 * ngx_http_export_ctx.c: the first returns NULL if the request has no context,
 * the second if out of memory.
 */

ngx_http_export_ctx_t *ngx_http_export_get_ctx(ngx_http_request_t *r);
ngx_http_export_ctx_t *ngx_http_export_create_ctx(ngx_http_request_t *r);

/* the decision id, made when it is first asked for; empty if out of memory */

ngx_str_t ngx_http_export_get_id(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* the number of records that were dropped; or would be, in monitor mode */

uint64_t ngx_http_export_count_dropped(ngx_http_export_ctx_t *ctx);

/*
 * The names of the jurisdictions in "places", with commas between and "quote"
 * around each.  Writes at most as many bytes as are measured, and returns
 * where the text ends.
 */

size_t ngx_http_export_measure_jurisdictions(ngx_http_request_t *r,
    export_place_t places);
u_char *ngx_http_export_write_jurisdictions(ngx_http_request_t *r, u_char *p,
    export_place_t places, char *quote);

/* ngx_http_export_wire.c: sets ctx->outgoing; NGX_ERROR if out of memory */

ngx_int_t ngx_http_export_collect_outgoing(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* NGX_ERROR if ctx->outgoing is not what would be sent now */

ngx_int_t ngx_http_export_check_outgoing(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_head.c: zeroes the facts, and adds what the head says */

void ngx_http_export_collect_head(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/*
 * NGX_OK if one of an endpoint's marks is in the head, or if it needs none;
 * NGX_AGAIN if one may be in the body; otherwise NGX_DECLINED.
 */

ngx_int_t ngx_http_export_find_marks(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_endpoint_t *endpoint);

/* the query that was sent to us, whatever a rewrite has made of r->args */

ngx_str_t ngx_http_export_sent_args(ngx_http_request_t *r);

/* ngx_http_export_destination.c: sets ctx->recipient, and adds to the facts */

void ngx_http_export_collect_destination(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_bodyless.c: whether a request can carry no record */

ngx_uint_t ngx_http_export_is_bodyless(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/*
 * ngx_http_export_gate.c: what a body's event calls, when everything is known
 * of the body, or when a stream must not go on.
 */

void ngx_http_export_resume(ngx_http_request_t *r);
void ngx_http_export_abort(ngx_http_request_t *r);

/*
 * ngx_http_export_inspection.c: begins to inspect, for the gate.  NULL if
 * everything is known that the body could say: it does not matter, or its
 * headers alone refuse it, or memory is out, which is an error of the facts.
 */

ngx_http_export_inspection_t *ngx_http_export_begin_inspection(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);

/* an IDLE one that adds to these facts; NULL in the last two of those cases */

ngx_http_export_inspection_t *ngx_http_export_create_inspection(
    ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    export_field_rules_t *rules, export_facts_t *facts);

/* the next bytes; NGX_DONE if the body is refused, and no more are needed */

ngx_int_t ngx_http_export_feed_inspection(
    ngx_http_export_inspection_t *inspection, u_char *p, size_t n);

/*
 * A refusal is certain, or there was an error: no more of the body is needed.
 * In a second read this is always an error.
 */

void ngx_http_export_give_up(ngx_http_export_inspection_t *inspection);

/* the body has ended, or no more of it is needed: DONE, or REREAD */

void ngx_http_export_finish_inspection(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);

/* the verdict needs no body, or no longer: IDLE */

void ngx_http_export_close_inspection(ngx_http_export_ctx_t *ctx);

void ngx_http_export_enter_state(ngx_http_export_inspection_t *inspection,
    ngx_http_export_state_e state);

/*
 * Calls "next" by an event; the first also ends reading before the body has
 * arrived.  An event that was posted must be cancelled before the request is
 * freed: the pool's cleanup does so, and "data" is the inspection.
 */

void ngx_http_export_stop_reading(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection, ngx_http_event_handler_pt next);
void ngx_http_export_post_wake(ngx_http_export_inspection_t *inspection,
    ngx_queue_t *events, ngx_http_event_handler_pt next);
void ngx_http_export_cancel_wake(void *data);

/*
 * ngx_http_export_stored.c: inspects a body that is in memory or in a file,
 * its first slice and the next.  NGX_AGAIN if there is more; NGX_DECLINED if
 * the inspection is finished.
 */

ngx_int_t ngx_http_export_inspect_stored(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);
ngx_int_t ngx_http_export_inspect_slice(ngx_http_request_t *r,
    ngx_http_export_inspection_t *inspection);

/* whether a handler of the content phase will store the body, as dav does */

ngx_uint_t ngx_http_export_is_stored_by_nginx(ngx_http_request_t *r);

/* a file for a body, as nginx makes one; NULL if out of memory */

ngx_temp_file_t *ngx_http_export_create_temp_file(ngx_http_request_t *r);

/* ngx_http_export_passes.c: whether only nginx's filters give out the body */

ngx_uint_t ngx_http_export_is_passed(ngx_http_request_t *r);

/*
 * ngx_http_export_replace.c: NGX_OK if the held body is now what may leave of
 * it; NGX_AGAIN if it takes more slices; otherwise NGX_ERROR.
 */

ngx_int_t ngx_http_export_replace(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/*
 * ngx_http_export_stream.c: NGX_DECLINED if the transfer must not go on, and
 * the inspection is DONE; otherwise what "next" returns, which gets what may
 * leave, or a status.
 */

ngx_int_t ngx_http_export_stream(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_chain_t *in,
    ngx_http_request_body_filter_pt next);

/* whether any byte of a stream was sent to the recipient */

ngx_uint_t ngx_http_export_stream_departed(
    ngx_http_export_inspection_t *inspection);

/* ngx_http_export_verdict.c: gives the verdict, and logs all but "allow" */

void ngx_http_export_decide(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx);
void ngx_http_export_log_verdict(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, export_verdict_t *verdict);

/* each returns what a phase handler does */

ngx_int_t ngx_http_export_block(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_http_export_ctx_t *main);
ngx_int_t ngx_http_export_block_again(ngx_http_request_t *r,
    ngx_http_export_ctx_t *main);
ngx_int_t ngx_http_export_block_on_error(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* ngx_http_export_unjudged.c: the verdict, or what is said before it */

export_verdict_t ngx_http_export_current_verdict(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/*
 * ngx_http_export_strip.c: takes private headers off; NGX_ERROR if out of
 * memory.
 */

ngx_int_t ngx_http_export_strip_headers(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);

/* variables that hold headers or the body are evaluated anew */

void ngx_http_export_forget_variables(ngx_http_request_t *r);

/* ngx_http_export_refusal.c: answers; returns what a phase handler does */

ngx_int_t ngx_http_export_refuse(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx);


/* records that were dropped, for this recipient or an earlier one */

#define ngx_http_export_dropped_so_far(ctx)                                   \
    ((ctx)->inspection ? (ctx)->inspection->dropped : 0)


/* of a body's life */

#define ngx_http_export_state(ctx)                                            \
    ((ctx)->inspection ? (ctx)->inspection->state : NGX_HTTP_EXPORT_IDLE)

#define ngx_http_export_is_reading(inspection)                                \
    ((inspection)->state == NGX_HTTP_EXPORT_READING                           \
     || (inspection)->state == NGX_HTTP_EXPORT_ARRIVED)

#define ngx_http_export_is_refused(inspection)                                \
    ((inspection)->state == NGX_HTTP_EXPORT_REFUSED                           \
     || (inspection)->state == NGX_HTTP_EXPORT_LOST)


/* a subrequest has the body that its parent has read */

#define ngx_http_export_has_body(r)                                           \
    ((r) == (r)->main                                                         \
     ? (r)->headers_in.content_length_n > 0 || (r)->headers_in.chunked        \
     : (r)->request_body && (r)->request_body->bufs)


/* byte by byte */

#define ngx_http_export_same_text(a, b)                                       \
    export_str_equal(ngx_http_export_str(a), ngx_http_export_str(b))


/* compares a header's name with one in lower case: export_head_name_e */

#define ngx_http_export_same_name(name, h)                                    \
    export_head_name(ngx_http_export_str(name),                               \
                     ngx_http_export_str(&(h)->key), (h)->lowcase_key)


/* whether a header, or its twin, must not reach the recipient */

#define ngx_http_export_is_private_header(plan, h)                            \
    export_head_is_private((plan)->head, ngx_http_export_str(&(h)->key),      \
                           (h)->lowcase_key)


#endif /* _NGX_HTTP_EXPORT_REQUEST_H_INCLUDED_ */
