
#include "export_aws_chunked.h"


#define EXPORT_AWS_DIGITS     16
#define EXPORT_AWS_SIGNATURE  64        /* hex digits */


typedef enum {
    sw_size = 0,
    sw_extension,
    sw_signature,
    sw_size_lf,
    sw_data,
    sw_data_cr,
    sw_data_lf,
    sw_trailer,                         /* the beginning of a trailer's line */
    sw_name,
    sw_value,
    sw_value_lf,
    sw_end_lf,
    sw_end
} export_aws_state_e;


static int export_aws_chunk(export_aws_chunked_t *aws, u_char c);
static int export_aws_size(export_aws_chunked_t *aws, u_char c);
static int export_aws_signature(export_aws_chunked_t *aws, u_char c);
static int export_aws_size_end(export_aws_chunked_t *aws, u_char c);
static int export_aws_data(export_aws_chunked_t *aws, const u_char **pos,
    const u_char *last);
static int export_aws_trailer(export_aws_chunked_t *aws, u_char c);
static int export_aws_name(export_aws_chunked_t *aws, u_char c);
static int export_aws_is_known_name(const export_aws_chunked_t *aws);
static int export_aws_next(export_aws_chunked_t *aws, u_char c, u_char want,
    export_aws_state_e state);


static const char  export_aws_extension[] = "chunk-signature=";
static const char  export_aws_checksum[] = "x-amz-checksum-";
static const char  export_aws_trailer_signature[] = "x-amz-trailer-signature";


void
export_aws_chunked_init(export_aws_chunked_t *aws, int64_t expected,
    export_unread_t *unread, export_aws_chunked_out_pt out, void *data)
{
    memset(aws, 0, sizeof(export_aws_chunked_t));

    aws->out = out;
    aws->data = data;
    aws->unread = unread;
    aws->expected = expected;
    aws->rc = EXPORT_OK;
}


int
export_aws_chunked_feed(export_aws_chunked_t *aws, const u_char *p, size_t len)
{
    const u_char  *last;

    last = p + len;

    while (aws->rc == EXPORT_OK && p < last) {

        if (aws->state == sw_data) {
            aws->rc = export_aws_data(aws, &p, last);

        } else {
            aws->rc = export_aws_chunk(aws, *p++);
        }
    }

    return aws->rc;
}


int
export_aws_chunked_finish(export_aws_chunked_t *aws)
{
    if (aws->rc == EXPORT_OK && aws->state != sw_end) {
        aws->rc = EXPORT_ERROR;
    }

    return aws->rc;
}


static int
export_aws_chunk(export_aws_chunked_t *aws, u_char c)
{
    switch (aws->state) {

    case sw_size:
        return export_aws_size(aws, c);

    case sw_extension:
        if (c != (u_char) export_aws_extension[aws->n++]) {
            return EXPORT_ERROR;
        }

        if (aws->n < sizeof(export_aws_extension) - 1) {
            return EXPORT_OK;
        }

        return export_aws_next(aws, c, '=', sw_signature);

    case sw_signature:
        return export_aws_signature(aws, c);

    case sw_size_lf:
        return export_aws_size_end(aws, c);

    case sw_data_cr:
        return export_aws_next(aws, c, '\r', sw_data_lf);

    case sw_data_lf:
        return export_aws_next(aws, c, '\n', sw_size);

    default:
        return export_aws_trailer(aws, c);
    }
}


static int
export_aws_size(export_aws_chunked_t *aws, u_char c)
{
    int  digit;

    digit = export_hex(c);

    if (digit >= 0) {

        if (aws->n++ == EXPORT_AWS_DIGITS) {
            return EXPORT_ERROR;
        }

        aws->size = aws->size << 4 | (unsigned) digit;

        return EXPORT_OK;
    }

    if (aws->n == 0) {
        return EXPORT_ERROR;
    }

    if (aws->size > EXPORT_MAX_AWS_CHUNK) {
        return EXPORT_LIMIT;
    }

    if (c == ';') {

        if (aws->size < EXPORT_AWS_SIGNED
            && export_unread(aws->unread, EXPORT_AWS_SIGNATURE) != EXPORT_OK)
        {
            return EXPORT_LIMIT;
        }

        return export_aws_next(aws, c, ';', sw_extension);
    }

    return export_aws_next(aws, c, '\r', sw_size_lf);
}


static int
export_aws_signature(export_aws_chunked_t *aws, u_char c)
{
    if (aws->n == EXPORT_AWS_SIGNATURE) {
        return export_aws_next(aws, c, '\r', sw_size_lf);
    }

    aws->n++;

    return export_hex(c) < 0 ? EXPORT_ERROR : EXPORT_OK;
}


static int
export_aws_size_end(export_aws_chunked_t *aws, u_char c)
{
    uint64_t  due;

    if (aws->expected >= 0) {
        due = (uint64_t) aws->expected - aws->decoded;

        if (aws->size > due || (aws->size == 0 && due)) {
            return EXPORT_ERROR;
        }
    }

    return export_aws_next(aws, c, '\n', aws->size ? sw_data : sw_trailer);
}


static int
export_aws_data(export_aws_chunked_t *aws, const u_char **pos,
    const u_char *last)
{
    size_t         len;
    const u_char  *p;

    p = *pos;
    len = (size_t) (last - p);

    if (len >= aws->size) {
        len = (size_t) aws->size;
        aws->state = sw_data_cr;
    }

    aws->size -= len;
    aws->decoded += len;
    *pos = p + len;

    return aws->out(aws->data, p, len);
}


static int
export_aws_trailer(export_aws_chunked_t *aws, u_char c)
{
    if (aws->state == sw_end) {
        return EXPORT_ERROR;
    }

    if (aws->trailer++ == EXPORT_MAX_AWS_TRAILER
        || export_unread(aws->unread, 1) != EXPORT_OK)
    {
        return EXPORT_LIMIT;
    }

    switch (aws->state) {

    case sw_trailer:
        if (c == '\r') {
            return export_aws_next(aws, c, '\r', sw_end_lf);
        }

        aws->state = sw_name;

        return export_aws_name(aws, c);

    case sw_name:
        return export_aws_name(aws, c);

    case sw_value:
        if (c >= ' ' && c <= '~') {
            return EXPORT_OK;
        }

        return export_aws_next(aws, c, '\r', sw_value_lf);

    case sw_value_lf:
        return export_aws_next(aws, c, '\n', sw_trailer);

    default: /* sw_end_lf */
        return export_aws_next(aws, c, '\n', sw_end);
    }
}


static int
export_aws_name(export_aws_chunked_t *aws, u_char c)
{
    if (c == ':' && export_aws_is_known_name(aws)) {
        return export_aws_next(aws, c, ':', sw_value);
    }

    c = export_lower(c);

    if (aws->n == EXPORT_MAX_AWS_NAME
        || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
    {
        return EXPORT_ERROR;
    }

    aws->name[aws->n++] = c;

    return EXPORT_OK;
}


static int
export_aws_is_known_name(const export_aws_chunked_t *aws)
{
    size_t  checksum, signature;

    checksum = sizeof(export_aws_checksum) - 1;
    signature = sizeof(export_aws_trailer_signature) - 1;

    return (aws->n > checksum
            && memcmp(aws->name, export_aws_checksum, checksum) == 0)
           || (aws->n == signature
               && memcmp(aws->name, export_aws_trailer_signature, signature)
                  == 0);
}


/* Takes the one byte that may come here, and goes on to "state". */

static int
export_aws_next(export_aws_chunked_t *aws, u_char c, u_char want,
    export_aws_state_e state)
{
    if (c != want) {
        return EXPORT_ERROR;
    }

    aws->state = state;
    aws->n = 0;

    return EXPORT_OK;
}
