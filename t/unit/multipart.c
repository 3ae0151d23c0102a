
/* first: it asks the system's headers for memmem() */

#include "../../module/readers/export_multipart.c"

#include "reader.h"


#define BODY(s)  s, sizeof(s) - 1

#define FORM  "Content-Disposition: form-data; "
#define OPEN  "--B\r\n" FORM "name=\"a\"\r\n\r\n"

/* a part "a" with this data, or these parameters, or this header line */

#define DATA(s)    BODY(OPEN s "\r\n--B--\r\n")
#define PARAMS(s)  BODY("--B\r\n" FORM s "\r\n\r\nx\r\n--B--\r\n")
#define LINE(s)                                                               \
    BODY("--B\r\n" FORM "name=\"a\"\r\n" s "\r\n\r\nx\r\n--B--\r\n")

/* what is reported of the headers of a part "a" */

#define A  "a,-,-,-,0@"


typedef struct {
    const char  *name;
    const char  *body;
    size_t       len;
    int          rc;
    const char  *trace;
} case_t;


typedef struct {
    const char  *boundary;
    unsigned     flags;
    const char  *body;
    size_t       at;            /* of the data still to come */
    trace_t     *trace;
} input_t;


static const case_t  cases[] = {

    { "a part", DATA("x"), EXPORT_OK, A "x>;" },
    { "two parts",
      BODY(OPEN "x\r\n--B\r\n" FORM "name=\"b\"\r\n\r\nyz\r\n--B--\r\n"),
      EXPORT_OK, A "x>;b,-,-,-,0@yz>;" },
    { "no data", DATA(""), EXPORT_OK, A ">;" },
    { "no part", BODY("--B--\r\n"), EXPORT_OK, "" },
    { "no epilogue", BODY(OPEN "x\r\n--B--"), EXPORT_OK, A "x>;" },
    { "an epilogue of one CRLF", BODY(OPEN "x\r\n--B--\r\n\r\n"), EXPORT_OK,
      A "x>;" },
    { "a preamble of one CRLF", BODY("\r\n--B--\r\n"), EXPORT_OK, "" },
    { "a file",
      PARAMS("name=\"file\"; filename=\"train.jsonl\"\r\n"
             "Content-Type: application/octet-stream"), EXPORT_OK,
      "file,train.jsonl,application/octet-stream,-,0@x>;" },
    { "line ends in data", DATA("\r\n\n\r\r\nx\n\r\n"), EXPORT_OK,
      A "\r\n\n\r\r\nx\n\r\n>;" },
    { "a CR before the delimiter", DATA("x\r"), EXPORT_OK, A "x\r>;" },
    { "a boundary in the middle of a line", DATA("x --B y --B--"), EXPORT_OK,
      A "x --B y --B-->;" },
    { "a boundary after a dash", DATA("\r\n---B"), EXPORT_OK,
      A "\r\n---B>;" },
    { "half a boundary", DATA("\r\n--\r\n-\r\n--A\n--\r-"), EXPORT_OK,
      A "\r\n--\r\n-\r\n--A\n--\r->;" },
    { "another boundary in data",
      DATA("--C\r\n" FORM "name=\"ip\"\r\n\r\nb\r\n--C--\r\n"), EXPORT_OK,
      A "--C\r\n" FORM "name=\"ip\"\r\n\r\nb\r\n--C--\r\n>;" },
    { "the boundary in the other case", DATA("\r\n--b\r\n"), EXPORT_OK,
      A "\r\n--b\r\n>;" },

    { "nothing", BODY(""), EXPORT_ERROR, "" },
    { "another boundary", BODY("--C\r\n" FORM "name=\"a\"\r\n\r\nx\r\n--C--"),
      EXPORT_ERROR, "" },
    { "a preamble", BODY("text\r\n--B--\r\n"), EXPORT_ERROR, "" },
    { "a preamble of two CRLF", BODY("\r\n\r\n--B--\r\n"), EXPORT_ERROR, "" },
    { "a preamble of LF", BODY("\n--B--\r\n"), EXPORT_ERROR, "" },
    { "a preamble of CR", BODY("\r--B--\r\n"), EXPORT_ERROR, "" },
    { "an epilogue", BODY(OPEN "x\r\n--B--\r\ntext"), EXPORT_ERROR,
      A "x>;" },
    { "an epilogue of three CRLF", BODY("--B--\r\n\r\n\r\n"), EXPORT_ERROR,
      "" },
    { "an epilogue of LF", BODY("--B--\n"), EXPORT_ERROR, "" },
    { "an epilogue of half a CRLF", BODY("--B--\r"), EXPORT_ERROR, "" },
    { "an epilogue of one and a half", BODY("--B--\r\n\r"), EXPORT_ERROR,
      "" },
    { "a part after the last boundary",
      BODY(OPEN "x\r\n--B--\r\n" OPEN "y\r\n--B--\r\n"), EXPORT_ERROR,
      A "x>;" },
    { "white space after a boundary", BODY("--B \r\n"), EXPORT_ERROR, "" },
    { "white space after a later boundary", BODY(OPEN "x\r\n--B \r\n"),
      EXPORT_ERROR, A "x>;" },
    { "white space after the last boundary", BODY("--B-- \r\n"),
      EXPORT_ERROR, "" },
    { "a line that begins with the boundary", DATA("\r\n--Bx\r\n"),
      EXPORT_ERROR, A ">;" },
    { "one that goes on with a dash", BODY(OPEN "x\r\n--B-x"), EXPORT_ERROR,
      A "x>;" },
    { "one dash at the end", BODY(OPEN "x\r\n--B-"), EXPORT_ERROR,
      A "x>;" },
    { "a boundary and LF", BODY(OPEN "x\r\n--B\n"), EXPORT_ERROR,
      A "x>;" },
    { "a boundary, CR and no LF", BODY(OPEN "x\r\n--B\rx"), EXPORT_ERROR,
      A "x>;" },
    { "a boundary after LF", DATA("x\n--B"), EXPORT_ERROR, A "x" },
    { "a boundary after CR", DATA("x\r--B"), EXPORT_ERROR, A "x" },
    { "a boundary after LF CR", DATA("x\n\r--B"), EXPORT_ERROR, A "x\n" },
    { "a boundary after LF at once", DATA("\n--B"), EXPORT_ERROR, A "" },
    { "a boundary right after the headers", BODY(OPEN "--B--\r\n"),
      EXPORT_ERROR, A "" },
    { "no last boundary", BODY(OPEN "x\r\n--B\r\n"), EXPORT_ERROR,
      A "x>;" },
    { "no delimiter", BODY(OPEN "x"), EXPORT_ERROR, A "x" },
    { "an end in a delimiter", BODY(OPEN "x\r\n--"), EXPORT_ERROR, A "x" },
    { "an end in the headers", BODY("--B\r\n" FORM "name=\"a\"\r\n"),
      EXPORT_ERROR, "" },
    { "an end in the first boundary", BODY("--"), EXPORT_ERROR, "" },
    { "LF as line end",
      BODY("--B\n" FORM "name=\"a\"\n\nx\n--B--\n"), EXPORT_ERROR, "" },
    { "LF after a header", BODY("--B\r\n" FORM "name=\"a\"\n\r\nx\r\n--B--"),
      EXPORT_ERROR, "" },
    { "LF after the headers",
      BODY("--B\r\n" FORM "name=\"a\"\r\n\nx\r\n--B--"), EXPORT_ERROR, "" },

    { "a name as a token", PARAMS("name=ip"), EXPORT_OK,
      "ip,-,-,-,0@x>;" },
    { "other cases", PARAMS("NAME=\"ip\"; FileName=F"), EXPORT_OK,
      "ip,F,-,-,0@x>;" },
    { "no space after \";\"", PARAMS("name=\"a\";filename=\"b\""), EXPORT_OK,
      "a,b,-,-,0@x>;" },
    { "space and tab around \";\"", PARAMS("name=\"a\" \t;\t filename=\"b\""),
      EXPORT_OK, "a,b,-,-,0@x>;" },
    { "a file name first", PARAMS("filename=\"b\"; name=\"a\""), EXPORT_OK,
      "a,b,-,-,0@x>;" },
    { "an empty name", PARAMS("name=\"\""), EXPORT_OK,
      ",-,-,-,0@x>;" },
    { "an empty file name", PARAMS("name=\"a\"; filename=\"\""), EXPORT_OK,
      "a,,-,-,0@x>;" },
    { "brackets", PARAMS("name=\"expires_after[anchor]\""), EXPORT_OK,
      "expires_after[anchor],-,-,-,0@x>;" },
    { "quotes escaped", PARAMS("name=\"\\\"a\\\\b%22\""), EXPORT_OK,
      "\"a\\b\",-,-,-,0@x>;" },
    { "only %22 is escaped", PARAMS("name=\"%69p%2\""), EXPORT_OK,
      "%69p%2,-,-,-,0@x>;" },
    { "a separator in quotes", PARAMS("name=\"a; b=c\""), EXPORT_OK,
      "a; b=c,-,-,-,0@x>;" },
    { "a name in a value", PARAMS("name=\"a; filename=b\""), EXPORT_ERROR,
      "" },
    { "a name in a file's name", PARAMS("filename=\"; NAME=ip\"; name=a"),
      EXPORT_ERROR, "" },
    { "another name", PARAMS("x-name=\"ip\"; name=\"a\""), EXPORT_ERROR, "" },
    { "a file's name twice, as .NET sends it",
      PARAMS("name=a; filename=a%2b.json; filename*=utf-8''a%252b.json"),
      EXPORT_OK, "a,a%2b.json,-,-,0@x>;" },
    { "... and in quotes, beyond ASCII",
      PARAMS("name=a; filename*=UTF-8''%c3%a4%20.b; filename=\"\xc3\xa4 .b\""),
      EXPORT_OK, "a,\xc3\xa4 .b,-,-,0@x>;" },
    { "... another one",
      PARAMS("name=a; filename=a.csv; filename*=utf-8''a.json"),
      EXPORT_ERROR, "" },
    { "... a longer one",
      PARAMS("name=a; filename=a; filename*=utf-8''ab"), EXPORT_ERROR, "" },
    { "... a shorter one",
      PARAMS("name=a; filename=ab; filename*=utf-8''a"), EXPORT_ERROR, "" },
    { "... alone", PARAMS("name=a; filename*=utf-8''a"), EXPORT_ERROR, "" },
    { "... of another charset",
      PARAMS("name=a; filename=a; filename*=utf-16''a"), EXPORT_ERROR, "" },
    { "... of a language",
      PARAMS("name=a; filename=a; filename*=utf-8'en'a"), EXPORT_ERROR, "" },
    { "... half an escape",
      PARAMS("name=a; filename=a; filename*=utf-8''%6"), EXPORT_ERROR, "" },
    { "a header that ends like a known one",
      BODY("--B\r\nX-Content-Disposition: form-data; name=ip\r\n"
           "Content-Disposition: form-data; name=a\r\n\r\nx\r\n--B--"),
      EXPORT_ERROR, "" },
    { "single quotes in quotes", PARAMS("name=\"'ip'\""), EXPORT_OK,
      "'ip',-,-,-,0@x>;" },
    { "UTF-8", PARAMS("name=\"n\xc3\xa4me\""), EXPORT_OK,
      "n\xc3\xa4me,-,-,-,0@x>;" },
    { "an unknown parameter", PARAMS("name=\"a\"; size=12"), EXPORT_ERROR,
      "" },

    { "no name", PARAMS("filename=\"a\""), EXPORT_ERROR, "" },
    { "no parameter", BODY("--B\r\nContent-Disposition: form-data\r\n\r\nx"),
      EXPORT_ERROR, "" },
    { "an empty parameter", PARAMS(""), EXPORT_ERROR, "" },
    { "an empty last parameter", PARAMS("name=\"a\";"), EXPORT_ERROR, "" },
    { "no value", PARAMS("name="), EXPORT_ERROR, "" },
    { "no value, and more", PARAMS("name=; filename=a"), EXPORT_ERROR, "" },
    { "no \"=\"", PARAMS("name"), EXPORT_ERROR, "" },
    { "no \";\"", PARAMS("name=\"a\" filename=\"b\""), EXPORT_ERROR, "" },
    { "a comma", PARAMS("name=\"a\", filename=\"b\""), EXPORT_ERROR, "" },
    { "space before \"=\"", PARAMS("name =\"a\""), EXPORT_ERROR, "" },
    { "space after \"=\"", PARAMS("name= \"a\""), EXPORT_ERROR, "" },
    { "single quotes", PARAMS("name='ip'"), EXPORT_ERROR, "" },
    { "a single quote in a token", PARAMS("name=ip'x"), EXPORT_ERROR, "" },
    { "a quote never closed", PARAMS("name=\"a"), EXPORT_ERROR, "" },
    { "an escape at the end", PARAMS("name=\"a\\"), EXPORT_ERROR, "" },
    { "an escaped last quote", PARAMS("name=\"a\\\""), EXPORT_ERROR, "" },
    { "an escaped letter", PARAMS("name=\"i\\p\""), EXPORT_ERROR, "" },
    { "text after the quotes", PARAMS("name=\"a\"b"), EXPORT_ERROR, "" },
    { "a quote in a token", PARAMS("name=a\"b\""), EXPORT_ERROR, "" },
    { "two names", PARAMS("name=\"a\"; name=\"b\""), EXPORT_ERROR, "" },
    { "two names in two cases", PARAMS("name=\"a\"; NAME=\"a\""),
      EXPORT_ERROR, "" },
    { "two file names", PARAMS("name=\"a\"; filename=b; filename=c"),
      EXPORT_ERROR, "" },
    { "two unknown parameters", PARAMS("name=\"a\"; x=1; x=2"), EXPORT_ERROR,
      "" },
    { "name*", PARAMS("name=\"a\"; name*=utf-8''ip"), EXPORT_ERROR, "" },
    { "filename*", PARAMS("name=\"a\"; filename*=utf-8''b"), EXPORT_ERROR,
      "" },
    { "filename*0", PARAMS("name=\"a\"; filename*0=\"b\""), EXPORT_ERROR,
      "" },
    { "nine parameters", PARAMS("name=a;b=1;c=1;d=1;e=1;f=1;g=1;h=1;i=1"),
      EXPORT_ERROR, "" },
    { "NUL in a name", PARAMS("name=\"a\0b\""), EXPORT_ERROR, "" },
    { "a CR in a name", PARAMS("name=\"a\rb\""), EXPORT_ERROR, "" },
    { "DEL in a name", PARAMS("name=\"a\x7f\""), EXPORT_ERROR, "" },
    { "Latin-1 in a name", PARAMS("name=\"n\xe4me\""), EXPORT_ERROR, "" },
    { "half a character", PARAMS("name=\"\xe2\x82\""), EXPORT_ERROR, "" },
    { "another disposition",
      BODY("--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx"),
      EXPORT_ERROR, "" },
    { "no disposition", BODY("--B\r\nContent-Type: text/plain\r\n\r\nx"),
      EXPORT_ERROR, "" },
    { "no header", BODY("--B\r\n\r\nx"), EXPORT_ERROR, "" },
    { "a disposition in upper case",
      BODY("--B\r\nCONTENT-DISPOSITION: FORM-DATA; NAME=\"a\"\r\n\r\nx\r\n"
           "--B--"), EXPORT_OK, A "x>;" },

    { "an unknown header", LINE("Content-Length: 1"), EXPORT_OK,
      "a,-,-,-,0@x>;" },
    { "a type", LINE("Content-Type:text/csv; header=present \t"), EXPORT_OK,
      "a,-,text/csv; header=present,-,0@x>;" },
    { "an empty type", LINE("Content-Type:"), EXPORT_OK,
      "a,-,,-,0@x>;" },
    { "a content coding", LINE("Content-Encoding: gzip"), EXPORT_OK,
      "a,-,-,gzip,0@x>;" },
    { "7bit", LINE("Content-Transfer-Encoding: 7bit"), EXPORT_OK,
      "a,-,-,-,0@x>;" },
    { "8BIT", LINE("Content-Transfer-Encoding: 8BIT"), EXPORT_OK,
      "a,-,-,-,0@x>;" },
    { "binary", LINE("Content-Transfer-Encoding: binary"), EXPORT_OK,
      "a,-,-,-,0@x>;" },
    { "base64", LINE("Content-Transfer-Encoding: base64"), EXPORT_OK,
      "a,-,-,-,1@x>;" },
    { "quoted-printable", LINE("content-transfer-encoding:quoted-printable"),
      EXPORT_OK, "a,-,-,-,1@x>;" },
    { "an empty transfer encoding", LINE("Content-Transfer-Encoding:"),
      EXPORT_OK, "a,-,-,-,1@x>;" },

    { "a disposition twice", LINE(FORM "name=\"a\""), EXPORT_ERROR, "" },
    { "a type twice", LINE("Content-Type: a/b\r\ncontent-type: a/b"),
      EXPORT_ERROR, "" },
    { "a coding twice", LINE("Content-Encoding: gzip\r\nContent-Encoding: x"),
      EXPORT_ERROR, "" },
    { "a transfer encoding twice",
      LINE("Content-Transfer-Encoding: base64\r\n"
           "Content-Transfer-Encoding: binary"), EXPORT_ERROR, "" },
    { "a folded line", LINE("Content-Type: a/b;\r\n c=d"), EXPORT_ERROR, "" },
    { "a folded disposition",
      BODY("--B\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\nx"),
      EXPORT_ERROR, "" },
    { "a first line that begins with a space",
      BODY("--B\r\n " FORM "name=\"a\"\r\n\r\nx"), EXPORT_ERROR, "" },
    { "space before the colon", LINE("Content-Type : a/b"), EXPORT_ERROR,
      "" },
    { "no colon", LINE("Content-Type"), EXPORT_ERROR, "" },
    { "no name before the colon", LINE(": a"), EXPORT_ERROR, "" },
    { "a header's name in quotes", LINE("\"X\": a"), EXPORT_ERROR, "" },
    { "NUL in a header", LINE("X: a\0b"), EXPORT_ERROR, "" },
    { "a CR in a header", LINE("X: a\rb"), EXPORT_ERROR, "" },
    { "a control character", LINE("X: a\x01"), EXPORT_ERROR, "" },
    { "Latin-1 in a header", LINE("X: \xe4"), EXPORT_ERROR, "" },
};


/*
 * For each part "name,filename,type,encoding,opaque@data>;", "-" for what is
 * absent.  Offsets are checked against the body itself.
 */

static void
trace_str(trace_t *trace, const export_str_t *s)
{
    trace_put(trace, s->data ? (char *) s->data : "-", s->data ? s->len : 1);
    trace_put(trace, ",", 1);
}


static int
on_begin(void *data, const export_part_t *part)
{
    trace_t  *trace;
    input_t  *in;

    in = data;
    trace = in->trace;

    in->at = part->start;
    trace->wrong += memcmp(in->body + in->at - 4, "\r\n\r\n", 4) != 0;

    trace_str(trace, &part->name);
    trace_str(trace, &part->filename);
    trace_str(trace, &part->type);
    trace_str(trace, &part->encoding);

    trace_put(trace, part->opaque ? "1@" : "0@", 2);

    return trace_event(trace);
}


static int
on_body(void *data, const u_char *p, size_t len)
{
    input_t  *in;

    in = data;

    in->trace->wrong += len == 0 || memcmp(in->body + in->at, p, len) != 0;
    in->at += len;
    trace_put(in->trace, p, len);

    return EXPORT_OK;
}


static int
on_end(void *data, uint64_t end)
{
    input_t  *in;

    in = data;

    in->trace->wrong += in->at != end
                        || memcmp(in->body + end, "\r\n--", 4) != 0;
    trace_put(in->trace, ">;", 2);

    return trace_event(in->trace);
}


/* the reader under test, and what it reports to */

static export_multipart_t  mp;
static export_part_sink_t  sink = { NULL, on_begin, on_body, on_end };
static u_char              header[EXPORT_MULTIPART_MAX_HEADER];


static int
init(const void *boundary, size_t len, unsigned flags)
{
    export_str_t  name = { len, (u_char *) boundary };

    memset(&mp, 0xa5, sizeof(mp));

    return export_multipart_init(&mp, &sink, &name, header, flags);
}


static int
begin(void *data, trace_t *trace)
{
    input_t  *in;

    in = data;

    in->trace = trace;
    sink.data = in;

    return init(in->boundary, strlen(in->boundary), in->flags);
}


static int
feed(void *data, const u_char *p, size_t len)
{
    (void) data;

    return export_multipart_feed(&mp, p, len);
}


static int
end(void *data, int rc)
{
    (void) data;

    return rc == EXPORT_OK ? export_multipart_finish(&mp) : rc;
}


static void
run(const char *boundary, unsigned flags, const void *body, size_t len,
    size_t first, size_t step, trace_t *trace)
{
    input_t   in = { boundary, flags, body, 0, NULL };
    reader_t  reader = { begin, feed, end, &in };

    (void) reader_run(&reader, body, len, first, step, trace);
}


/* 1 if it is the same for every cut, in two at the first "cuts" places */

static int
agree(const char *boundary, unsigned flags, const void *body, size_t len,
    size_t cuts, const trace_t *want)
{
    input_t   in = { boundary, flags, body, 0, NULL };
    reader_t  reader = { begin, feed, end, &in };

    return reader_agree_in(&reader, body, len, cuts, 1, want);
}


static void
test_cases(void)
{
    size_t          i;
    static trace_t  want;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        trace_want(&want, cases[i].rc, cases[i].trace,
                   strlen(cases[i].trace));

        ok(agree("B", EXPORT_MULTIPART_FORM, cases[i].body, cases[i].len,
                 SIZE_MAX, &want), "%s", cases[i].name);
    }
}


/* what clients send, for the boundaries and orders they choose */

static void
test_clients(void)
{
    static trace_t     got;
    static const char  undici[] =
        "------formdata-undici-000470295497\r\n"
        "Content-Disposition: form-data; name=\"file\"; "
        "filename=\"train.jsonl\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
        "{\"a\":1}\n{\"a\":2}\n\r\n"
        "------formdata-undici-000470295497\r\n"
        "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
        "fine-tune\r\n"
        "------formdata-undici-000470295497--\r\n";
    static const char  encoder[] =
        "--form-data-encoder-ilfcwv3ycgmzlu3e\r\n"
        "Content-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
        "user_id,ip\nu1,81.2.69.142\n\r\n"
        "--form-data-encoder-ilfcwv3ycgmzlu3e--\r\n\r\n";
    static const char  related[] =
        "--===============7330845974216740156==\r\n"
        "Content-Type: application/json; charset=UTF-8\r\n\r\n"
        "{}\r\n"
        "--===============7330845974216740156==\r\n\r\n"
        "x\r\n"
        "--===============7330845974216740156==--";

    run("----formdata-undici-000470295497", EXPORT_MULTIPART_FORM,
        BODY(undici), 7, 7, &got);
    ok(got.rc == EXPORT_OK && strcmp(got.text,
       "file,train.jsonl,application/octet-stream,-,0@"
       "{\"a\":1}\n{\"a\":2}\n>;purpose,-,-,-,0@fine-tune>;") == 0,
       "a browser's form");

    run("form-data-encoder-ilfcwv3ycgmzlu3e", EXPORT_MULTIPART_FORM,
        BODY(encoder), 1, 1, &got);
    ok(got.rc == EXPORT_OK && strcmp(got.text,
       "data,blob,application/octet-stream,-,0@"
       "user_id,ip\nu1,81.2.69.142\n>;") == 0,
       "form-data-encoder");

    run("===============7330845974216740156==", 0, BODY(related), 5, 3,
        &got);
    ok(got.rc == EXPORT_OK && strcmp(got.text,
       "-,-,application/json; charset=UTF-8,-,0@{}>;"
       "-,-,-,-,0@x>;") == 0,
       "multipart/related");

    run("===============7330845974216740156==", EXPORT_MULTIPART_FORM,
        BODY(related), 5, 3, &got);
    is_int(got.rc, EXPORT_ERROR, "which is no form");

    run("B", 0, BODY("--B\r\nContent-Disposition: attachment; filename=\"a\""
                     "\r\n\r\nx\r\n--B--"), 1, 1, &got);
    ok(got.rc == EXPORT_OK && strcmp(got.text, "-,a,-,-,0@x>;") == 0,
       "an attachment");
}


static void
test_boundaries(void)
{
    int             rc;
    size_t          i, n;
    char            name[80];
    char            body[400];
    unsigned        c;
    static trace_t  want;

    for (i = 68; i <= 72; i++) {
        memset(name, '-', i);
        name[i] = '\0';
        n = (size_t) sprintf(body, "--%s\r\n%sname=a\r\n\r\n%s-\r\n-%s\r\n-"
                             "\r\n--%s--", name, FORM, name, name, name);
        run(name, EXPORT_MULTIPART_FORM, body, n, n, 1, &want);
        ok(agree(name, EXPORT_MULTIPART_FORM, body, n, SIZE_MAX, &want)
           && want.rc == (i <= 70 ? EXPORT_OK : EXPORT_ERROR),
           "a boundary of %d dashes", (int) i);
    }

    for (c = 0; c < 256; c++) {

        sprintf(name, "a%cb", (int) c);
        rc = init(name, 3, 0);

        n = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || (c && strchr("'()+_,-./:=? ", (int) c));

        if (rc != (n ? EXPORT_OK : EXPORT_ERROR)) {
            break;
        }
    }

    is_int(c, 256, "the characters of a boundary");

    name[1] = ' ';
    is_int(init(name, 2, 0), EXPORT_ERROR, "a boundary that ends in a space");

    is_int(init(name, 0, 0), EXPORT_ERROR, "an empty boundary");
    is_int(feed(NULL, (const u_char *) "----\r\n", 6), EXPORT_ERROR,
           "which reads nothing");
    is_int(end(NULL, EXPORT_OK), EXPORT_ERROR, "and ends nothing");
}


static void
test_limits(void)
{
    size_t                i, n;
    static char           body[1 << 17];
    static trace_t        got;
    static const char     end[] = "\r\n\r\nx\r\n--B--";

    for (i = 127; i <= 129; i++) {
        n = (size_t) sprintf(body, "--B\r\n%sname=\"%0*d\"%s", FORM, (int) i,
                             0, end);
        run("B", EXPORT_MULTIPART_FORM, body, n, n, 1, &got);
        is_int(got.rc, i > EXPORT_MAX_NAME ? EXPORT_LIMIT : EXPORT_OK,
               "a name of %d bytes", (int) i);
    }

    for (i = 1023; i <= 1025; i++) {
        n = (size_t) sprintf(body, "--B\r\n%sname=a; filename=\"%0*d\"%s",
                             FORM, (int) i, 0, end);
        run("B", EXPORT_MULTIPART_FORM, body, n, n, 1, &got);
        is_int(got.rc, i > EXPORT_MULTIPART_MAX_FILENAME ? EXPORT_LIMIT
               : EXPORT_OK, "a file name of %d bytes", (int) i);
    }

    for (i = 4095; i <= 4097; i++) {
        n = (size_t) sprintf(body, "--B\r\n%sname=\"a\"\r\nX: %0*d%s", FORM,
                             (int) i - (int) sizeof(FORM "name=\"a\"\r\nX: "
                                                    "\r\n\r\n") + 1, 0, end);
        run("B", EXPORT_MULTIPART_FORM, body, n, n, 1, &got);
        is_int(got.rc, i > EXPORT_MULTIPART_MAX_HEADER ? EXPORT_LIMIT
               : EXPORT_OK, "headers of %d bytes", (int) i);

        run("B", EXPORT_MULTIPART_FORM, body, n, 1, 1, &got);
        is_int(got.rc, i > EXPORT_MULTIPART_MAX_HEADER ? EXPORT_LIMIT
               : EXPORT_OK, "the same, a byte at a time");
    }

    memset(body, 'x', 20000);
    memcpy(body, "--B\r\n", 5);
    run("B", 0, body, 20000, 100, 100, &got);
    is_int(got.rc, EXPORT_LIMIT, "a header line that does not end");

    for (i = 9999; i <= 10001; i++) {

        for (n = 0; n < i; n++) {
            memcpy(body + 9 * n, "--B\r\n\r\n\r\n", 9);
        }

        memcpy(body + 9 * n, "--B--", 5);

        got.stop = 0;
        run("B", 0, body, 9 * n + 5, 1000, READER_CHANCE, &got);
        is_int(got.rc, i > EXPORT_MULTIPART_MAX_PARTS ? EXPORT_LIMIT
               : EXPORT_OK, "%d parts", (int) i);
    }

    for (i = 1; i <= 5; i++) {
        got.stop = (unsigned) i;
        run("B", EXPORT_MULTIPART_FORM,
            BODY(OPEN "x\r\n" OPEN "y\r\n--B--"), 70, 70, &got);
        is_int(got.rc, i < 5 ? EXPORT_DONE : EXPORT_OK,
               "a sink that stops at call %d", (int) i);
    }

    got.stop = 0;
}


/*
 * A second reader to compare with, for bodies without known headers: the
 * whole at hand, one rule after the other.
 */

static void
reference(const char *body, size_t len, trace_t *trace)
{
    size_t  i, start, line;

    trace_reset(trace);
    trace->rc = EXPORT_ERROR;

    i = len > 1 && memcmp(body, "\r\n", 2) == 0 ? 2 : 0;

    if (len - i < 3 || memcmp(body + i, "--B", 3) != 0) {
        return;
    }

    i += 3;

    for ( ;; ) {

        if (len - i >= 2 && memcmp(body + i, "--", 2) == 0) {
            i += 2;

            if (i == len
                || (len - i == 2 && memcmp(body + i, "\r\n", 2) == 0)
                || (len - i == 4 && memcmp(body + i, "\r\n\r\n", 4) == 0))
            {
                trace->rc = EXPORT_OK;
            }

            return;
        }

        if (len - i < 2 || memcmp(body + i, "\r\n", 2) != 0) {
            return;
        }

        i += 2;

        while (len - i < 2 || memcmp(body + i, "\r\n", 2) != 0) {

            line = i;

            while (i < len && strchr("xXBy-", body[i])) {
                i++;
            }

            if (i == len || i == line || body[i] != ':') {
                return;
            }

            while (i < len && body[i] != '\r' && body[i] != '\n') {
                i++;
            }

            if (len - i < 2 || memcmp(body + i, "\r\n", 2) != 0) {
                return;
            }

            i += 2;
        }

        i += 2;
        start = i;

        trace_put(trace, "-,-,-,-,0@", 10);

        /* the first line that begins with the boundary */

        while (i < len
               && !(len - i >= 3 && memcmp(body + i, "--B", 3) == 0
                    && (i == start || body[i - 1] == '\r'
                        || body[i - 1] == '\n')))
        {
            i++;
        }

        if (i == len) {
            trace->events = 1;      /* data, but how much is held back? */
            return;
        }

        if (i == start) {
            return;
        }

        line = i - start >= 2 && memcmp(body + i - 2, "\r\n", 2) == 0 ? 2 : 1;
        trace_put(trace, body + start, i - line - start);

        if (line == 1) {
            return;
        }

        trace_put(trace, ">;", 2);
        i += 3;
    }
}


static void
test_noise(void)
{
    int                  failed, rc[3] = { 0, 0, 0 };
    char                 body[512];
    size_t               n, at;
    unsigned             i;
    static trace_t       got, want;
    static const char   *bits[] = {
        "\r\n", "\r\n--B\r\n\r\n", "--B", "-", "B", "\n", "\r", "x", "--",
        "\r\n--B\r\nX: y\r\n\r\n", "\r\n--", "\r\n-", "\r\r\n", "long text",
        "\r\n--B--\r\n", "\r\n--B--", "\n--B", "\r--B", ":"
    };

    failed = 0;

    for (i = 0; i < 30000; i++) {

        n = (size_t) sprintf(body, "%s--B\r\n%s\r\n", draw(8) ? "" : "\r\n",
                             draw(2) ? "" : "X: y\r\n");
        at = n + draw(80);

        while (n < at) {
            n += (size_t) sprintf(body + n, "%s",
                                  bits[draw(draw(3) ? 14 : 19)]);
        }

        if (draw(4)) {
            n += (size_t) sprintf(body + n, "\r\n--B--");
        }

        reference(body, n, &want);
        run("B", 0, body, n, READER_WHOLE, READER_WHOLE, &got);

        rc[want.rc == EXPORT_OK ? 0 : want.events ? 1 : 2]++;

        failed += want.events ? got.rc != want.rc
                               || memcmp(got.text, want.text, want.len)
                             : !trace_same(&got, &want);
        failed += !agree("B", 0, body, n, SIZE_MAX, &got);

        if (failed == 1) {
            printf("# %d \"%s\", not %d \"%s\"\n", got.rc, got.text, want.rc,
                   want.text);
            break;
        }
    }

    is_int(failed, 0, "30,000 random bodies: %d accepted, %d unfinished, "
           "%d malformed", rc[0], rc[1], rc[2]);
}


int
main(void)
{
    test_cases();
    test_clients();
    test_boundaries();
    test_limits();
    test_noise();

    return done_testing();
}
