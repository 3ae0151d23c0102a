
/*
 * Link with -lisal, and with -lz: the data is made, and some verdicts are
 * compared, by another implementation.
 */

#include <zlib.h>

#include "tap.h"
#include "../../module/readers/export_inflate.c"
#include "reader.h"


#define TEST_MAX  (4 * 1024 * 1024)


/* how a body is read */

typedef struct {
    export_inflate_e          coding;
    export_inflate_limits_t   limits;
    int                       rc;       /* what the sink returns ... */
    size_t                    after;    /* ... from this length on */
    export_inflate_t         *inf;
    trace_t                  *trace;
} test_input_t;


typedef struct {
    size_t   len;
    u_char   data[TEST_MAX + 65536];
} test_buf_t;


typedef struct {
    const char  *name;
    int          want;
    size_t       len;
    const char  *data;
} test_case_t;


#define test_data(s)  sizeof(s) - 1, s


static export_inflate_work_t  *work;
static test_buf_t              body, plain, other;
static export_unread_t         unread;
static trace_t                 out;         /* of the last run */

static const size_t  pieces[] = { 1, 2, 3, 7, 64, 1000, 4096, 16384, 65536 };


static int
test_out(void *data, const u_char *p, size_t len)
{
    test_input_t  *in = data;

    in->trace->wrong += len == 0 || len > TEST_MAX - in->trace->len;
    trace_put(in->trace, p, len);

    return in->rc != EXPORT_OK && in->trace->len >= in->after ? in->rc
                                                              : EXPORT_OK;
}


static int
test_begin(void *data, trace_t *trace)
{
    test_input_t  *in = data;

    in->trace = trace;
    unread.n = 0;

    in->inf = malloc(export_inflate_size());
    export_inflate_init(in->inf, work, in->coding, &in->limits, &unread,
                        test_out, in);

    return EXPORT_OK;
}


static int
test_feed(void *data, const u_char *p, size_t len)
{
    test_input_t  *in = data;

    return export_inflate_feed(in->inf, p, len);
}


/* what has failed says so for ever */

static int
test_end(void *data, int rc)
{
    int            last;
    test_input_t  *in = data;

    last = export_inflate_finish(in->inf);

    in->trace->wrong += rc != EXPORT_OK && last != rc;
    in->trace->wrong += last != EXPORT_OK
                        && export_inflate_feed(in->inf, (const u_char *) "",
                                               1) != last;
    free(in->inf);

    return last;
}


static test_input_t
test_input(export_inflate_e coding)
{
    return (test_input_t) { coding, { TEST_MAX, 2000 }, EXPORT_OK, 0, NULL,
                            NULL };
}


static int
test_run(test_input_t *in, const void *data, size_t len, size_t piece)
{
    reader_t  reader = { test_begin, test_feed, test_end, in };

    (void) reader_run(&reader, data, len, piece, piece, &out);

    if (out.wrong) {
        abort();
    }

    return out.rc;
}


/* fed in pieces of that size */

static int
test_pieces(export_inflate_e coding, const void *data, size_t len,
    size_t piece)
{
    test_input_t  in;

    in = test_input(coding);

    return test_run(&in, data, len, piece);
}


/* the same however it is cut; if it is read, "want", unless that is NULL */

static void
test_splits(export_inflate_e coding, const void *data, size_t len, int rc,
    const char *want, const char *what, const char *name)
{
    test_input_t  in;
    reader_t      reader = { test_begin, test_feed, test_end, &in };

    in = test_input(coding);

    is_int(test_run(&in, data, len, READER_WHOLE), rc, "%s: %s", what, name);

    ok((want == NULL || strcmp(out.text, want) == 0)
       && reader_agree(&reader, data, len, &out), "... at every split");
}


static void
test_ndjson(size_t size)
{
    unsigned  i, seed;

    seed = 1;
    plain.len = 0;

    for (i = 0; plain.len < size; i++) {
        seed = seed * 1103515245 + 12345;
        plain.len += (size_t) sprintf((char *) plain.data + plain.len,
            "{\"id\":%u,\"ip\":\"192.0.2.%u\",\"text\":\"%08x hello\"}\n",
            i, seed >> 24, seed);
    }

    plain.len = size;
}


static void
test_random(size_t size)
{
    unsigned  seed;

    seed = 7;

    for (plain.len = 0; plain.len < size; plain.len++) {
        seed = seed * 1103515245 + 12345;
        plain.data[plain.len] = (u_char) (seed >> 16);
    }
}


/* appends plain as one member, wbits as of zlib: +16 gzip, negative raw */

static void
test_deflate(int level, int strategy, int wbits)
{
    z_stream  z;

    memset(&z, 0, sizeof(z));
    deflateInit2(&z, level, Z_DEFLATED, wbits, 8, strategy);

    z.next_in = plain.data;
    z.avail_in = (uInt) plain.len;
    z.next_out = body.data + body.len;
    z.avail_out = (uInt) (sizeof(body.data) - body.len);

    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        abort();
    }

    body.len += z.total_out;
    deflateEnd(&z);
}


/* what zlib thinks of one member: EXPORT_OK with its output in "other" */

static int
test_zlib(const u_char *data, size_t len, int wbits)
{
    int       rc;
    z_stream  z;

    memset(&z, 0, sizeof(z));
    inflateInit2(&z, wbits);

    z.next_in = (Bytef *) data;
    z.avail_in = (uInt) len;
    z.next_out = other.data;
    z.avail_out = sizeof(other.data);

    rc = inflate(&z, Z_FINISH);
    other.len = z.total_out;
    rc = (rc == Z_STREAM_END && z.avail_in == 0) ? EXPORT_OK : EXPORT_ERROR;
    inflateEnd(&z);

    return rc;
}


static void
test_round_trips(void)
{
    static const size_t  sizes[] = { 0, 1, 2, 257, 32768, 65536, 65824, 98304,
                                     200000 };
    static const int     levels[] = { 0, 1, 6, 9 };
    static const int     strategies[] = { Z_DEFAULT_STRATEGY, Z_FIXED,
                                          Z_HUFFMAN_ONLY, Z_RLE };
    static const int     wbits[] = { 15 + 16, 15, 9 };

    int               rc, bad;
    unsigned          i, k, n, w, kind;
    export_inflate_e  coding;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        bad = 0;

        for (kind = 0; kind < 2 * 16 * 3; kind++) {
            k = kind / 6 % 4;
            n = kind / 24;
            w = kind / 2 % 3;

            if (kind % 2) {
                test_random(sizes[i]);

            } else {
                test_ndjson(sizes[i]);
            }

            body.len = 0;
            test_deflate(levels[k], strategies[n], wbits[w]);

            coding = wbits[w] > 15 ? EXPORT_INFLATE_GZIP
                                   : EXPORT_INFLATE_DEFLATE;
            n = sizes[i] > 1000 ? 5 + kind % 4 : 0;

            rc = test_pieces(coding, body.data, body.len, pieces[n]);
            bad += rc != EXPORT_OK || out.len != plain.len
                   || memcmp(out.text, plain.data, plain.len);

            rc = test_pieces(coding, body.data, body.len, READER_WHOLE);
            bad += rc != EXPORT_OK || out.len != plain.len
                   || memcmp(out.text, plain.data, plain.len);
        }

        is_int(bad, 0, "%zu bytes, all levels and strategies", sizes[i]);
    }

    test_ndjson(100000);

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        body.len = 0;
        test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);

        rc = test_pieces(EXPORT_INFLATE_GZIP, body.data, body.len, pieces[i]);
        ok(rc == EXPORT_OK && out.len == plain.len
           && memcmp(out.text, plain.data, plain.len) == 0,
           "100,000 bytes in pieces of %zu", pieces[i]);
    }
}


/* "hello\n" deflated, its CRC32 and ISIZE */

#define HELLO    "\xcb\x48\xcd\xc9\xc9\xe7\x02\x00"
#define TRAILER  "\x20\x30\x3a\x36\x06\x00\x00\x00"
#define FIXED(f) "\x1f\x8b\x08" f "\x00\x00\x00\x00\x00\x03"
#define MEMBER   FIXED("\x00") HELLO TRAILER
#define EMPTY    FIXED("\x00") "\x03\x00" "\0\0\0\0" "\0\0\0\0"


static const test_case_t  gzip_cases[] = {

    { "one member", EXPORT_OK, test_data(MEMBER) },
    { "two members", EXPORT_OK, test_data(MEMBER MEMBER) },
    { "an empty member", EXPORT_OK, test_data(EMPTY) },
    { "empty members around one", EXPORT_OK, test_data(EMPTY MEMBER EMPTY) },
    { "FTEXT", EXPORT_OK, test_data(FIXED("\x01") HELLO TRAILER) },
    { "FEXTRA", EXPORT_OK,
      test_data(FIXED("\x04") "\x05\x00" "extra" HELLO TRAILER) },
    { "FEXTRA of length 0", EXPORT_OK,
      test_data(FIXED("\x04") "\x00\x00" HELLO TRAILER) },
    { "FNAME", EXPORT_OK, test_data(FIXED("\x08") "a.jsonl\0" HELLO TRAILER) },
    { "FNAME, empty", EXPORT_OK, test_data(FIXED("\x08") "\0" HELLO TRAILER) },
    { "FCOMMENT", EXPORT_OK,
      test_data(FIXED("\x10") "words\0" HELLO TRAILER) },
    { "FEXTRA, FNAME and FCOMMENT", EXPORT_OK,
      test_data(FIXED("\x1c") "\x05\x00" "extra" "name\0" "words\0" HELLO
                TRAILER) },
    { "FHCRC", EXPORT_OK,
      test_data(FIXED("\x02") "\xa7\x77" HELLO TRAILER) },
    { "all fields", EXPORT_OK,
      test_data(FIXED("\x1f") "\x05\x00" "extra" "name\0" "words\0"
                "\x08\xe1" HELLO TRAILER) },

    { "an empty body", EXPORT_ERROR, test_data("") },
    { "no gzip", EXPORT_ERROR, test_data("{\"id\":1}\n") },
    { "wrong second byte", EXPORT_ERROR,
      test_data("\x1f\x8c\x08\0\0\0\0\0\0\x03" HELLO TRAILER) },
    { "method 7", EXPORT_ERROR,
      test_data("\x1f\x8b\x07\0\0\0\0\0\0\x03" HELLO TRAILER) },
    { "reserved flag 0x20", EXPORT_ERROR,
      test_data(FIXED("\x20") HELLO TRAILER) },
    { "reserved flag 0x40", EXPORT_ERROR,
      test_data(FIXED("\x40") HELLO TRAILER) },
    { "reserved flag 0x80", EXPORT_ERROR,
      test_data(FIXED("\x80") HELLO TRAILER) },
    { "wrong FHCRC, first byte", EXPORT_ERROR,
      test_data(FIXED("\x02") "\xa6\x77" HELLO TRAILER) },
    { "wrong FHCRC, second byte", EXPORT_ERROR,
      test_data(FIXED("\x02") "\xa7\x78" HELLO TRAILER) },
    { "wrong CRC32", EXPORT_ERROR,
      test_data(FIXED("\x00") HELLO "\x20\x30\x3a\x37\x06\x00\x00\x00") },
    { "wrong ISIZE", EXPORT_ERROR,
      test_data(FIXED("\x00") HELLO "\x20\x30\x3a\x36\x07\x00\x00\x00") },
    { "wrong ISIZE, last byte", EXPORT_ERROR,
      test_data(FIXED("\x00") HELLO "\x20\x30\x3a\x36\x06\x00\x00\x01") },
    { "no trailer", EXPORT_ERROR, test_data(FIXED("\x00") HELLO) },
    { "half a trailer", EXPORT_ERROR,
      test_data(FIXED("\x00") HELLO "\x20\x30\x3a\x36") },
    { "zeros after a member", EXPORT_ERROR, test_data(MEMBER "\0\0\0\0") },
    { "one byte after a member", EXPORT_ERROR, test_data(MEMBER "\n") },
    { "plain text after a member", EXPORT_ERROR,
      test_data(MEMBER "{\"id\":1,\"ip\":\"192.0.2.1\"}\n") },
    { "half a header after a member", EXPORT_ERROR,
      test_data(MEMBER "\x1f\x8b\x08") },
    { "a second member that is cut", EXPORT_ERROR,
      test_data(MEMBER FIXED("\x00") HELLO) },
    { "a second member that is wrong", EXPORT_ERROR,
      test_data(MEMBER FIXED("\x00") HELLO "\0\0\0\0\x06\0\0\0") },
    { "block type 3", EXPORT_ERROR,
      test_data(FIXED("\x00") "\x07\x00" "\0\0\0\0" "\0\0\0\0") },
    { "a stored block's length is wrong", EXPORT_ERROR,
      test_data(FIXED("\x00") "\x01\x01\x00\xff\xff" "a" TRAILER) },
    { "a distance before the start", EXPORT_ERROR,
      test_data(FIXED("\x00") "\x4b\x04\x42\x00" TRAILER) },
    { "zlib", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b\x02\x1f") }
};


static const test_case_t  deflate_cases[] = {

    { "zlib", EXPORT_OK, test_data("\x78\x9c" HELLO "\x08\x4b\x02\x1f") },
    { "zlib, other level", EXPORT_OK,
      test_data("\x78\x01" HELLO "\x08\x4b\x02\x1f") },
    { "zlib, small window", EXPORT_OK,
      test_data("\x08\x1d" HELLO "\x08\x4b\x02\x1f") },
    { "zlib, nothing in it", EXPORT_OK,
      test_data("\x78\x9c" "\x03\x00" "\0\0\0\x01") },

    { "an empty body", EXPORT_ERROR, test_data("") },
    { "half a header", EXPORT_ERROR, test_data("\x78") },
    { "only a header", EXPORT_ERROR, test_data("\x78\x9c") },
    { "wrong header check", EXPORT_ERROR,
      test_data("\x78\x9d" HELLO "\x08\x4b\x02\x1f") },
    { "method 7", EXPORT_ERROR,
      test_data("\x77\x85" HELLO "\x08\x4b\x02\x1f") },
    { "window of 64 KB", EXPORT_ERROR,
      test_data("\x88\x1c" HELLO "\x08\x4b\x02\x1f") },
    { "preset dictionary", EXPORT_ERROR,
      test_data("\x78\xbb" "\0\0\0\x01" HELLO "\x08\x4b\x02\x1f") },
    { "wrong Adler-32", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b\x02\x20") },
    { "no Adler-32", EXPORT_ERROR, test_data("\x78\x9c" HELLO) },
    { "half an Adler-32", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b") },
    { "one byte after the end", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b\x02\x1f" "\0") },
    { "four bytes after the end", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b\x02\x1f" "\0\0\0\0") },
    { "many bytes after the end", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b\x02\x1f" "{\"id\":1,\"ip\":2}") },
    { "two of them", EXPORT_ERROR,
      test_data("\x78\x9c" HELLO "\x08\x4b\x02\x1f"
                "\x78\x9c" HELLO "\x08\x4b\x02\x1f") },
    { "raw deflate", EXPORT_ERROR, test_data(HELLO) },
    { "gzip", EXPORT_ERROR, test_data(MEMBER) }
};


static void
test_cases(export_inflate_e coding, const char *what,
    const test_case_t *c, size_t n)
{
    for ( /* void */ ; n; c++, n--) {
        test_splits(coding, c->data, c->len, c->want, NULL, what, c->name);
    }
}



/* what is cut is never complete, whatever came before */

static void
test_truncated(void)
{
    int     bad;
    size_t  i;

    test_ndjson(3000);
    body.len = 0;
    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);
    bad = 0;

    for (i = 0; i < body.len; i++) {
        bad += test_pieces(EXPORT_INFLATE_GZIP, body.data, i, 100)
               != EXPORT_ERROR;
    }

    is_int(bad, 0, "gzip cut at each of its bytes");

    body.len = 0;
    test_deflate(6, Z_DEFAULT_STRATEGY, 15);
    bad = 0;

    for (i = 0; i < body.len; i++) {
        bad += test_pieces(EXPORT_INFLATE_DEFLATE, body.data, i, 100)
               != EXPORT_ERROR;
    }

    is_int(bad, 0, "zlib cut at each of its bytes");
}


/* a changed bit is an error, or changes nothing */

static void
test_bits(void)
{
    int     rc, bad;
    size_t  i, n;

    test_ndjson(500);
    body.len = 0;
    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);
    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);
    memcpy(plain.data + plain.len, plain.data, plain.len);
    plain.len *= 2;
    bad = 0;

    for (i = 0; i < body.len * 8; i++) {
        body.data[i / 8] ^= (u_char) (1 << i % 8);

        rc = test_pieces(EXPORT_INFLATE_GZIP, body.data, body.len,
                         i % 2 ? 11 : READER_WHOLE);

        bad += rc == EXPORT_OK
               && (out.len != plain.len
                   || memcmp(out.text, plain.data, plain.len));

        /* but for a header's time, and bits between data and trailer */

        n = (i / 8) % (body.len / 2);
        bad += rc == EXPORT_OK && n >= 10 && n != body.len / 2 - 9;

        body.data[i / 8] ^= (u_char) (1 << i % 8);
    }

    is_int(bad, 0, "each bit changed");
}


/* deflate data that zlib refuses is refused, and the rest is read the same */

static void
test_mutations(void)
{
    int       rc, want, bad, good;
    size_t    i, size;
    u_char    save[16];
    unsigned  seed, k, n;
    uint32_t  crc;

    test_ndjson(4000);
    body.len = 0;
    test_deflate(9, Z_DEFAULT_STRATEGY, 15 + 16);
    size = body.len;
    bad = 0;
    good = 0;
    seed = 3;

    for (n = 0; n < 5000; n++) {
        seed = seed * 1103515245 + 12345;
        i = 10 + (seed >> 8) % (n % 2 ? 150 : size - 34);
        k = 1 + (seed >> 4) % 4;

        memcpy(save, body.data + i, sizeof(save));

        while (k--) {
            seed = seed * 1103515245 + 12345;
            body.data[i + k] ^= (u_char) (1 << (seed >> 16) % 8);
        }

        /* with a trailer for what zlib makes of it */

        want = test_zlib(body.data + 10, size - 18, -15);
        crc = (uint32_t) crc32(0, other.data, (uInt) other.len);

        for (k = 0; k < 4; k++) {
            body.data[size - 8 + k] = (u_char) (crc >> 8 * k);
            body.data[size - 4 + k] = (u_char) (other.len >> 8 * k);
        }

        rc = test_pieces(EXPORT_INFLATE_GZIP, body.data, size,
                         n % 3 ? READER_WHOLE : 97);

        good += rc == EXPORT_OK;
        bad += rc != want;
        bad += rc == EXPORT_OK && (out.len != other.len
               || memcmp(out.text, other.data, other.len));

        memcpy(body.data + i, save, sizeof(save));
    }

    is_int(bad, 0, "5,000 mutations, the same as zlib, %d are good", good);
}


static void
test_in_turn(void)
{
    size_t          pos[2], n;
    unsigned        i, bad;
    test_input_t    in[2];
    static trace_t  to[2];

    test_ndjson(400000);
    body.len = 0;
    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);

    for (i = 0; i < 2; i++) {
        in[i] = test_input(EXPORT_INFLATE_GZIP);
        trace_reset(&to[i]);
        (void) test_begin(&in[i], &to[i]);
        pos[i] = 0;
    }

    bad = 0;

    for (i = 0; pos[0] < body.len || pos[1] < body.len; i++) {
        n = (i % 2) ? 1009 : 4096;
        n = (n < body.len - pos[i % 2]) ? n : body.len - pos[i % 2];
        bad += test_feed(&in[i % 2], body.data + pos[i % 2], n) != EXPORT_OK;
        pos[i % 2] += n;
    }

    for (i = 0; i < 2; i++) {
        ok(bad == 0 && test_end(&in[i], EXPORT_OK) == EXPORT_OK
           && to[i].len == plain.len
           && memcmp(to[i].text, plain.data, plain.len) == 0,
           "body %u of two in one area", i);
    }
}


static int
test_limited(uint64_t size, unsigned ratio, size_t piece)
{
    test_input_t  in;

    in = test_input(EXPORT_INFLATE_GZIP);
    in.limits.size = size;
    in.limits.ratio = ratio;

    return test_run(&in, body.data, body.len, piece);
}


static void
test_limits(void)
{
    unsigned  i;

    test_ndjson(300000);
    body.len = 0;
    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);

    for (i = 4; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        is_int(test_limited(300000, 1, pieces[i]), EXPORT_OK,
               "size at its limit, pieces of %zu", pieces[i]);
        is_int(test_limited(299999, 1, pieces[i]), EXPORT_LIMIT,
               "size over its limit, pieces of %zu", pieces[i]);
        ok(out.len <= 299999, "no byte over the limit");
    }

    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);
    is_int(test_limited(600000, 1, 1000), EXPORT_OK, "two members");
    is_int(test_limited(599999, 1, 1000), EXPORT_LIMIT,
           "two members over the limit together");

    plain.len = EXPORT_INFLATE_FLOOR;
    memset(plain.data, ' ', plain.len);
    body.len = 0;
    test_deflate(9, Z_DEFAULT_STRATEGY, 15 + 16);
    is_int(test_limited(TEST_MAX, 1, 7), EXPORT_OK, "any ratio at the floor");
    is_int(test_limited(TEST_MAX, 0, 7), EXPORT_OK, "even none");

    plain.data[plain.len++] = ' ';
    body.len = 0;
    test_deflate(9, Z_DEFAULT_STRATEGY, 15 + 16);
    is_int(test_limited(TEST_MAX, 1, 7), EXPORT_LIMIT,
           "ratio over the floor");
    is_int(test_limited(TEST_MAX, 0, 65536), EXPORT_LIMIT,
           "ratio of 0 over the floor");
    is_int(test_limited(TEST_MAX, 1, 65536), EXPORT_LIMIT,
           "ratio over the floor, whole");
    is_int(test_limited(TEST_MAX, 1100, 65536), EXPORT_OK,
           "ratio under its limit");
    is_int(test_limited(TEST_MAX, 900, 65536), EXPORT_LIMIT,
           "ratio over its limit");

    plain.len = 32 * 1024;
    body.len = 0;

    for (i = 0; i < 100; i++) {
        test_deflate(9, Z_DEFAULT_STRATEGY, 15 + 16);
    }

    is_int(test_limited(TEST_MAX, 200, 16384), EXPORT_LIMIT,
           "ratio of many members together");
}


static void
test_header_limit(void)
{
    size_t  len, n;

    for (n = EXPORT_MAX_GZIP_HEADER - 1; n <= EXPORT_MAX_GZIP_HEADER + 1; n++)
    {
        memcpy(body.data, FIXED("\x08"), 10);
        memset(body.data + 10, 'x', n - 11);
        body.data[n - 1] = '\0';
        memcpy(body.data + n, HELLO TRAILER, 16);
        len = n + 16;

        is_int(test_pieces(EXPORT_INFLATE_GZIP, body.data, len, len),
               n > EXPORT_MAX_GZIP_HEADER ? EXPORT_LIMIT : EXPORT_OK,
               "header of %zu bytes", n);
        is_int(test_pieces(EXPORT_INFLATE_GZIP, body.data, len, 1),
               n > EXPORT_MAX_GZIP_HEADER ? EXPORT_LIMIT : EXPORT_OK,
               "header of %zu bytes, byte by byte", n);
    }
}


/* an extra field, a comment, another time, and nothing at all */

static void
test_unread(void)
{
    static const struct {
        const char  *name;
        const char  *member;
        size_t       len;
        uint64_t     next;              /* bytes unread, after another */
    } cases[] = {
        { "a member", FIXED("\0") HELLO TRAILER, 26, 0 },
        { "a name", FIXED("\x08") "name\0" HELLO TRAILER, 31, 5 },
        { "a comment", FIXED("\x10") "abc\0" HELLO TRAILER, 30, 4 },
        { "an extra field", FIXED("\x04") "\3\0abc" HELLO TRAILER, 31, 5 },
        { "a time", "\x1f\x8b\x08\0abcd\0\3" HELLO TRAILER, 26, 4 },
        { "nothing", EMPTY, sizeof(EMPTY) - 1, 20 }
    };

    int       rc;
    size_t    len, piece;
    unsigned  i, n;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        memcpy(body.data, FIXED("\0") HELLO TRAILER, 26);
        len = 26;

        for (n = 0; n < 100; n++) {
            memcpy(body.data + len, cases[i].member, cases[i].len);
            len += cases[i].len;
        }

        for (piece = 1; piece <= len; piece += len - 1) {
            unread.max = cases[i].next * 100;
            rc = test_pieces(EXPORT_INFLATE_GZIP, body.data, len, piece);

            is_int(rc, EXPORT_OK, "%s, a hundred times", cases[i].name);
            is_int(unread.n, cases[i].next * 100, "... all of it counted");

            if (cases[i].next) {
                unread.max--;
                rc = test_pieces(EXPORT_INFLATE_GZIP, body.data, len, piece);
                is_int(rc, EXPORT_LIMIT, "... and no byte more");
            }
        }
    }

    unread.max = UINT64_MAX;
}


static void
test_callback(void)
{
    static const int  rcs[] = { EXPORT_DONE, EXPORT_ERROR, EXPORT_LIMIT };

    unsigned      i;
    test_input_t  in;

    test_ndjson(200000);
    body.len = 0;
    test_deflate(6, Z_DEFAULT_STRATEGY, 15 + 16);

    for (i = 0; i < 3; i++) {
        in = test_input(EXPORT_INFLATE_GZIP);
        in.rc = rcs[i];
        in.after = 1;

        is_int(test_run(&in, body.data, body.len, READER_WHOLE), rcs[i],
               "the sink's %d at once", rcs[i]);
        ok(out.len <= EXPORT_INFLATE_WINDOW, "and no further output");

        in.after = 100000;
        is_int(test_run(&in, body.data, body.len, 777), rcs[i],
               "the sink's %d later", rcs[i]);
    }
}


int
main(void)
{
    unread.max = UINT64_MAX;
    work = malloc(export_inflate_work_size());
    memset(work, 0xa5, export_inflate_work_size());

    ok(export_inflate_size() <= 56 * 1024, "a body takes %zu bytes",
       export_inflate_size());

    test_cases(EXPORT_INFLATE_GZIP, "gzip", gzip_cases,
               sizeof(gzip_cases) / sizeof(gzip_cases[0]));
    test_cases(EXPORT_INFLATE_DEFLATE, "deflate", deflate_cases,
               sizeof(deflate_cases) / sizeof(deflate_cases[0]));

    test_splits(EXPORT_INFLATE_GZIP, MEMBER EMPTY MEMBER,
                sizeof(MEMBER EMPTY MEMBER) - 1, EXPORT_OK,
                "hello\nhello\n", "gzip", "members are joined");

    test_round_trips();
    test_truncated();
    test_bits();
    test_mutations();
    test_in_turn();
    test_limits();
    test_header_limit();
    test_unread();
    test_callback();

    free(work);

    return done_testing();
}
