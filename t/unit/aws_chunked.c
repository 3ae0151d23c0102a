
#include "tap.h"
#include "../../module/readers/export_aws_chunked.c"
#include "reader.h"


typedef struct {
    const char  *name;
    int          want;
    int64_t      expected;
    const char  *out;
    size_t       len;
    const char  *data;
} test_case_t;


/* what is fed, and what the sink returns */

typedef struct {
    int64_t        expected;
    int            rc;
    int            fed;             /* what the last feed() returned */
    const u_char  *start;           /* the piece that is fed */
    const u_char  *end;
    trace_t       *trace;
} input_t;


#define test_data(s)  sizeof(s) - 1, s


#define HEX16  "0123456789abcdef"
#define SIG    ";chunk-signature=" HEX16 HEX16 HEX16 HEX16
#define CRC    "x-amz-checksum-crc32:h1wKhA==\r\n"
#define TSIG   "x-amz-trailer-signature:" HEX16 HEX16 HEX16 HEX16 "\r\n"
#define END    "0\r\n\r\n"
#define ABC    "3\r\nabc\r\n"


static const test_case_t  cases[] = {

    { "nothing in it", EXPORT_OK, -1, "", test_data(END) },
    { "nothing in it, as expected", EXPORT_OK, 0, "", test_data(END) },
    { "one chunk", EXPORT_OK, 3, "abc", test_data(ABC END) },
    { "two chunks", EXPORT_OK, 6, "abcabc", test_data(ABC ABC END) },
    { "signed", EXPORT_OK, 3, "abc",
      test_data("3" SIG "\r\nabc\r\n0" SIG "\r\n\r\n") },
    { "signed in capitals", EXPORT_OK, 3, "abc",
      test_data("3;chunk-signature=" HEX16 HEX16 HEX16 "0123456789ABCDEF"
                "\r\nabc\r\n" END) },
    { "a trailer", EXPORT_OK, 3, "abc", test_data(ABC "0\r\n" CRC "\r\n") },
    { "signed trailers", EXPORT_OK, 3, "abc",
      test_data("3" SIG "\r\nabc\r\n0" SIG "\r\n" CRC TSIG "\r\n") },
    { "a trailer in capitals, with a space", EXPORT_OK, -1, "",
      test_data("0\r\nX-Amz-Checksum-SHA256: abc=\r\n\r\n") },
    { "an empty trailer", EXPORT_OK, -1, "",
      test_data("0\r\nx-amz-checksum-crc32:\r\n\r\n") },
    { "size in small letters", EXPORT_OK, -1, "aaaaaaaaaa",
      test_data("a\r\naaaaaaaaaa\r\n" END) },
    { "size in capitals", EXPORT_OK, -1, "aaaaaaaaaa",
      test_data("A\r\naaaaaaaaaa\r\n" END) },
    { "size of 16 digits", EXPORT_OK, -1, "abc",
      test_data("0000000000000003\r\nabc\r\n" END) },
    { "last size of 16 digits", EXPORT_OK, -1, "",
      test_data("0000000000000000\r\n\r\n") },
    { "data that looks like an end", EXPORT_OK, -1, END,
      test_data("5\r\n" END "\r\n" END) },

    { "an empty body", EXPORT_ERROR, -1, NULL, test_data("") },
    { "no size", EXPORT_ERROR, -1, NULL, test_data("\r\nabc\r\n" END) },
    { "no size but a signature", EXPORT_ERROR, -1, NULL,
      test_data(SIG "\r\n\r\n") },
    { "size of 17 digits", EXPORT_ERROR, -1, NULL,
      test_data("00000000000000003\r\nabc\r\n" END) },
    { "size past the limit", EXPORT_LIMIT, -1, NULL,
      test_data("10000000001\r\nabc") },
    { "largest number", EXPORT_LIMIT, -1, NULL,
      test_data("ffffffffffffffff\r\nabc") },
    { "size with 0x", EXPORT_ERROR, -1, NULL,
      test_data("0x3\r\nabc\r\n" END) },
    { "size with a sign", EXPORT_ERROR, -1, NULL,
      test_data("+3\r\nabc\r\n" END) },
    { "a space before the size", EXPORT_ERROR, -1, NULL,
      test_data(" 3\r\nabc\r\n" END) },
    { "a space after the size", EXPORT_ERROR, -1, NULL,
      test_data("3 \r\nabc\r\n" END) },
    { "LF after the size", EXPORT_ERROR, -1, NULL,
      test_data("3\nabc\r\n" END) },
    { "CR after the size", EXPORT_ERROR, -1, NULL,
      test_data("3\rabc\r\n" END) },
    { "LF after the data", EXPORT_ERROR, -1, NULL,
      test_data("3\r\nabc\n" END) },
    { "nothing after the data", EXPORT_ERROR, -1, NULL,
      test_data("3\r\nabc" END) },
    { "data longer than its size", EXPORT_ERROR, -1, NULL,
      test_data("3\r\nabcd\r\n" END) },
    { "data shorter than its size", EXPORT_ERROR, -1, NULL,
      test_data("4\r\nabc\r\n" END) },
    { "other extension", EXPORT_ERROR, -1, NULL,
      test_data("3;name=value\r\nabc\r\n" END) },
    { "extension in capitals", EXPORT_ERROR, -1, NULL,
      test_data("3;Chunk-Signature=" HEX16 HEX16 HEX16 HEX16
                "\r\nabc\r\n" END) },
    { "empty extension", EXPORT_ERROR, -1, NULL,
      test_data("3;\r\nabc\r\n" END) },
    { "two signatures", EXPORT_ERROR, -1, NULL,
      test_data("3" SIG SIG "\r\nabc\r\n" END) },
    { "short signature", EXPORT_ERROR, -1, NULL,
      test_data("3;chunk-signature=" HEX16 "\r\nabc\r\n" END) },
    { "long signature", EXPORT_ERROR, -1, NULL,
      test_data("3" SIG "0\r\nabc\r\n" END) },
    { "signature with another letter", EXPORT_ERROR, -1, NULL,
      test_data("3;chunk-signature=" HEX16 HEX16 HEX16 "0123456789abcdeg"
                "\r\nabc\r\n" END) },
    { "no last chunk", EXPORT_ERROR, -1, NULL, test_data(ABC) },
    { "no last line", EXPORT_ERROR, -1, NULL, test_data(ABC "0\r\n") },
    { "half a last line", EXPORT_ERROR, -1, NULL, test_data(ABC "0\r\n\r") },
    { "half a trailer", EXPORT_ERROR, -1, NULL,
      test_data(ABC "0\r\nx-amz-checksum-crc32:h1w") },
    { "no line after the trailers", EXPORT_ERROR, -1, NULL,
      test_data(ABC "0\r\n" CRC) },
    { "other trailer", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-meta-ip:192.0.2.1\r\n\r\n") },
    { "beginning of a trailer's name", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-:a\r\n\r\n") },
    { "more than a trailer's name", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-trailer-signatures:a\r\n\r\n") },
    { "long name", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-" HEX16 HEX16 ":a\r\n\r\n") },
    { "name of 32 bytes", EXPORT_OK, -1, "",
      test_data("0\r\nx-amz-checksum-" HEX16 "g:a\r\n\r\n") },
    { "name of 33 bytes", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-" HEX16 "gh:a\r\n\r\n") },
    { "no name", EXPORT_ERROR, -1, NULL, test_data("0\r\n:a\r\n\r\n") },
    { "no colon", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-crc32\r\n\r\n") },
    { "a space before the colon", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-crc32 :a\r\n\r\n") },
    { "folded trailer", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-crc32:a\r\n b\r\n\r\n") },
    { "a control in a trailer", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-crc32:a\0b\r\n\r\n") },
    { "8 bits in a trailer", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-crc32:a\xff\r\n\r\n") },
    { "LF after a trailer", EXPORT_ERROR, -1, NULL,
      test_data("0\r\nx-amz-checksum-crc32:a\n\r\n") },
    { "LF at the end", EXPORT_ERROR, -1, NULL, test_data("0\r\n\n") },
    { "a byte after the end", EXPORT_ERROR, -1, NULL, test_data(END "\n") },
    { "a body after the end", EXPORT_ERROR, -1, NULL,
      test_data(ABC END ABC END) },
    { "shorter than expected", EXPORT_ERROR, 4, NULL, test_data(ABC END) },
    { "longer than expected", EXPORT_ERROR, 2, NULL, test_data(ABC END) },
    { "a chunk more than expected", EXPORT_ERROR, 3, NULL,
      test_data(ABC ABC END) },
    { "none was expected", EXPORT_ERROR, 0, NULL, test_data(ABC END) },
    { "not framed at all", EXPORT_ERROR, -1, NULL,
      test_data("{\"id\":1,\"ip\":\"192.0.2.1\"}\n") }
};


static export_aws_chunked_t  aws;
static export_unread_t       unread = { 0, UINT64_MAX, 0, 0 };


static int
out(void *data, const u_char *p, size_t len)
{
    input_t  *in;

    in = data;
    in->trace->wrong += len == 0 || p < in->start || p + len > in->end;
    trace_put(in->trace, p, len);

    return in->rc;
}


static int
begin(void *data, trace_t *trace)
{
    input_t  *in;

    in = data;
    in->trace = trace;
    unread.n = 0;

    memset(&aws, 0xa5, sizeof(aws));
    export_aws_chunked_init(&aws, in->expected, &unread, out, in);

    return EXPORT_OK;
}


/* goes on after a failure, of which end() knows */

static int
feed(void *data, const u_char *p, size_t len)
{
    input_t  *in;

    in = data;
    in->start = p;
    in->end = p + len;

    in->fed = export_aws_chunked_feed(&aws, p, len);

    return EXPORT_OK;
}


static int
end(void *data, int rc)
{
    input_t  *in;

    in = data;

    rc = export_aws_chunked_finish(&aws);

    in->trace->wrong += rc != EXPORT_OK
                        && export_aws_chunked_feed(&aws,
                                                   (const u_char *) "0", 1)
                           != rc;

    return rc;
}


static int
run(input_t *in, const char *data, size_t len, trace_t *trace)
{
    reader_t  reader = { begin, feed, end, in };

    (void) reader_run(&reader, data, len, READER_WHOLE, READER_WHOLE, trace);

    if (trace->wrong) {
        abort();
    }

    return trace->rc;
}


/* what is put out before a failure is of no interest, but always the same */

static void
test_case(const test_case_t *c)
{
    input_t         in = { c->expected, EXPORT_OK, 0, NULL, NULL, NULL };
    reader_t        reader = { begin, feed, end, &in };
    static trace_t  want;

    is_int(run(&in, c->data, c->len, &want), c->want, "%s", c->name);

    if (c->out) {
        trace_want(&want, c->want, c->out, strlen(c->out));
    }

    ok(reader_agree(&reader, c->data, c->len, &want), "%s, at every split",
       c->name);
}


static void
test_trailer_limit(void)
{
    char            data[EXPORT_MAX_AWS_TRAILER + 8];
    size_t          n, len;
    input_t         in = { -1, EXPORT_OK, 0, NULL, NULL, NULL };
    static trace_t  got;

    for (n = EXPORT_MAX_AWS_TRAILER; n <= EXPORT_MAX_AWS_TRAILER + 1; n++) {
        len = n + 3;
        memset(data, 'x', sizeof(data));
        memcpy(data, "0\r\nx-amz-checksum-crc32:", 24);
        memcpy(data + len - 4, "\r\n\r\n", 4);

        is_int(run(&in, data, len, &got),
               n > EXPORT_MAX_AWS_TRAILER ? EXPORT_LIMIT : EXPORT_OK,
               "trailers of %zu bytes", n);
    }
}


/* signatures of small chunks, and trailers */

static void
test_unread(void)
{
    char           *data;
    size_t          n, i, size, len, add;
    input_t         in = { -1, EXPORT_OK, 0, NULL, NULL, NULL };
    static trace_t  got;

    data = malloc(10 * (EXPORT_AWS_SIGNED + 100) + 200);

    for (size = EXPORT_AWS_SIGNED - 1; size <= EXPORT_AWS_SIGNED; size++) {
        len = 0;

        for (i = 0; i <= 10; i++) {
            add = i < 10 ? size : 0;
            len += (size_t) sprintf(data + len, "%zx;chunk-signature=%064d\r\n",
                                    add, 0);
            memset(data + len, 'x', add);
            len += add;
            len += (size_t) sprintf(data + len, "\r\n");
        }

        n = (size < EXPORT_AWS_SIGNED ? 11 : 1) * 64 + 2;

        for (i = 0; i < 2; i++) {
            unread.max = n - i;
            is_int(run(&in, data, len, &got), i ? EXPORT_LIMIT : EXPORT_OK,
                   "signatures of chunks of %zu bytes, %zu allowed", size,
                   n - i);
        }
    }

    unread.max = UINT64_MAX;
    free(data);
}


static void
test_callback(void)
{
    static const int  rcs[] = { EXPORT_DONE, EXPORT_ERROR, EXPORT_LIMIT };

    input_t         in = { -1, EXPORT_OK, 0, NULL, NULL, NULL };
    unsigned        i;
    static trace_t  got;

    for (i = 0; i < 3; i++) {
        in.rc = rcs[i];

        is_int(run(&in, ABC ABC END, sizeof(ABC ABC END) - 1, &got), rcs[i],
               "the sink's %d", rcs[i]);
        is_int(got.len, 3, "and no further output");
    }
}


static void
test_largest(void)
{
    input_t         in = { -1, EXPORT_OK, 0, NULL, NULL, NULL };
    static trace_t  got;

    (void) begin(&in, &got);
    (void) feed(&in, (u_char *) "10000000000\r\n", 13);

    is_int(in.fed, EXPORT_OK, "size at the limit");
}


int
main(void)
{
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_case(&cases[i]);
    }

    test_trailer_limit();
    test_unread();
    test_callback();
    test_largest();

    return done_testing();
}
