
#include "tap.h"

#include "../../module/readers/export_form.c"


#include "reader.h"


#define BODY(s)  s, sizeof(s) - 1


typedef struct {
    const char  *name;
    const char  *body;
    size_t       len;
    int          rc;
    const char  *trace;
} case_t;


#define X64   "xxxxxxxx" "xxxxxxxx" "xxxxxxxx" "xxxxxxxx"                    \
              "xxxxxxxx" "xxxxxxxx" "xxxxxxxx" "xxxxxxxx"
#define X512  X64 X64 X64 X64 X64 X64 X64 X64

static const char      *looks[] = { "", "json", "seq", "csv", "xml" };
static export_fields_t  fields;


static const case_t  cases[] = {

    { "a form", BODY("purpose=fine-tune&ip=81.2.69.160"), EXPORT_OK,
      "purpose=fine-tune;ip=81.2.69.160;0-32;" },
    { "one pair", BODY("ip=a"), EXPORT_OK, "ip=a;0-4;" },
    { "an empty body", BODY(""), EXPORT_OK, "0-0;" },
    { "no wanted name", BODY("a=1&b=2"), EXPORT_OK, "0-7;" },
    { "an unwanted name twice", BODY("a=1&a=2&ip=c"), EXPORT_OK,
      "ip=c;0-12;" },
    { "an empty value", BODY("ip=&a=1"), EXPORT_OK, "ip=;0-7;" },
    { "no \"=\"", BODY("ip&a"), EXPORT_OK, "ip=;0-4;" },
    { "no \"=\" at the end", BODY("a&ip"), EXPORT_OK, "ip=;0-4;" },
    { "an empty name", BODY("=ip&=&ip=a"), EXPORT_OK, "ip=a;0-10;" },
    { "empty pairs", BODY("&&a=1&&ip=b&"), EXPORT_OK, "ip=b;0-12;" },
    { "a \"=\" in the value", BODY("ip=a=b=="), EXPORT_OK, "ip=a=b==;0-8;" },
    { "an escaped name", BODY("%69%70=a"), EXPORT_OK, "ip=a;0-8;" },
    { "an escaped value", BODY("ip=%38%31%2e2"), EXPORT_OK, "ip=81.2;0-13;" },
    { "digits in both cases", BODY("ip=%4A%4a"), EXPORT_OK, "ip=JJ;0-9;" },
    { "separators escaped", BODY("ip=a%26b%3Dc%2B%25"), EXPORT_OK,
      "ip=a&b=c+%;0-18;" },
    { "an escaped \"=\" is no separator", BODY("ip%3Da"), EXPORT_OK,
      "0-6;" },
    { "decoded once", BODY("%2569p=a&ip=%2541"), EXPORT_OK, "ip=%41;0-17;" },
    { "plus in the value", BODY("ip=a+b++"), EXPORT_OK, "ip=a b  ;0-8;" },
    { "plus in the name", BODY("a+name=1&a%20x=2"), EXPORT_OK,
      "a name=1;0-16;" },
    { "names are exact", BODY("ips=5&i=6&ip.=7"), EXPORT_OK, "0-15;" },
    { "a name in another case", BODY("a=1&IP=1"), EXPORT_OK, "ip=1;0-8;" },
    { "... beside it", BODY("ip=a&IP=b"), EXPORT_OK, "ip=a;ip=b;0-9;" },
    { "... a third", BODY("ip=a&IP=b&Ip=c"), EXPORT_ERROR, "ip=a;ip=b;" },
    { "... twice", BODY("IP=a&%49P=b"), EXPORT_ERROR, "ip=a;" },
    { "a name for some, by a prefix", BODY("a%3Bip=1"), EXPORT_ERROR, "" },
    { "... by a plus sign", BODY("%2Bip=1"), EXPORT_ERROR, "" },
    { "... by a blank", BODY("ip+=2"), EXPORT_ERROR, "" },
    { "... by an escaped one", BODY("%20ip=2"), EXPORT_ERROR, "" },
    { "... by an index", BODY("ip[]=4"), EXPORT_ERROR, "" },
    { "deeper down", BODY("user[ip]=a&ip=b&u[0][ip]=c&u[1][ip]=d"),
      EXPORT_OK, "ip=a;ip=b;ip=c;ip=d;0-37;" },
    { "... with an index", BODY("u[ip][]=a"), EXPORT_OK, "ip=a;0-9;" },
    { "... escaped", BODY("u%5Bip%5D=a"), EXPORT_OK, "ip=a;0-11;" },
    { "... in another case", BODY("u[IP]=a&u[ip&u]ip[=b"), EXPORT_OK,
      "ip=a;0-20;" },
    { "... for some, by a blank", BODY("u[ ip]=c"), EXPORT_ERROR, "" },
    { "JSON", BODY("p={\"ip\":+1}&ip=a&q=[1]"), EXPORT_OK,
      "<{\"ip\": 1}>ip=a;<[1]>0-22;" },
    { "... after blanks, escaped", BODY("p=%0a+%7b%7d"), EXPORT_OK,
      "<{}>0-12;" },
    { "... in a wanted field", BODY("ip={}"), EXPORT_OK, "ip={};0-5;" },
    { "... in a name", BODY("a&{=1"), EXPORT_ERROR, "json" },
    { "... with separators in it",
      BODY("p={\"a\":\"x&y=z;w\"}&ip=a"), EXPORT_OK,
      "<{\"a\":\"x&y=z;w\"}>ip=a;0-22;" },
    { "... on several lines", BODY("p=\n{\n}\r\n"), EXPORT_OK,
      "<{\n}\r\n>0-8;" },
    { "... up to the end", BODY("p={\"a\":&b=c"), EXPORT_OK,
      "<{\"a\":&b=c>0-11;" },
    { "... and a long story", BODY("p=[\"&" X512 X512 "\"]"), EXPORT_OK,
      "<[\"&" X512 X512 "\"]>0-1031;" },
    { "... escaped, split", BODY("p=%7B&b=c"), EXPORT_OK, "<{>0-9;" },
    { "... after something else", BODY("p=a{}&q=\"{}\"&r=++"), EXPORT_OK,
      "0-17;" },
    { "UTF-8, raw and escaped", BODY("ip=\xc3\xa4%e2%82%ac%F0\x9f%98\x80"),
      EXPORT_OK, "ip=\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80;0-22;" },
    { "a line end escaped", BODY("ip=a%0D%0Ab"), EXPORT_OK,
      "ip=a\r\nb;0-11;" },
    { "a pointer is no name", BODY("/x/y=1&ip=a"), EXPORT_OK, "ip=a;0-11;" },
    { "a semicolon is data", BODY("a=1;purpose=x&ip=b;c"), EXPORT_OK,
      "ip=b;c;0-20;" },

    { "JSON, a wanted name in it", BODY("p={\"a\":\"x&ip=y\"}"),
      EXPORT_ERROR, "<" },
    { "... behind a semicolon", BODY("p={\"a\":\"x;i%70=y\"}"),
      EXPORT_ERROR, "<" },
    { "... and \"&\"", BODY("p={\"a\":\"x&ip&b"), EXPORT_ERROR, "<" },
    { "... at the end", BODY("p={\"a\":\"x&ip"), EXPORT_ERROR, "<" },
    { "... deeper down", BODY("p={\"a\":\"x&u[ip]=y\"}"), EXPORT_ERROR,
      "<" },
    { "... a quote escaped", BODY("p={\"a%22:1}"), EXPORT_ERROR, "<" },
    { "... a backslash escaped", BODY("p={\"a\":\"%5c\"}"), EXPORT_ERROR,
      "<" },
    { "JSON of others, after a mark", BODY("p=%EF%BB%BF{\"a\":1}"),
      EXPORT_ERROR, "" },
    { "... after a comment", BODY("p=/**/+{a:1}"), EXPORT_ERROR, "" },
    { "... after a word", BODY("p=NaN%0A{'a':1}"), EXPORT_ERROR, "" },
    { "no form: JSON", BODY("{\"ip\":1}"), EXPORT_ERROR, "json" },
    { "no form: JSON after blanks", BODY(" \r\n\t{\"ip\":1}"),
      EXPORT_ERROR, "json" },
    { "no form: an array", BODY("[1]"), EXPORT_ERROR, "json" },
    { "no form: a string", BODY("\"a\""), EXPORT_ERROR, "json" },
    { "no form: JSON after a mark", BODY("\xef\xbb\xbf{\"ip\":1}"),
      EXPORT_ERROR, "json" },
    { "no form: JSON, escaped", BODY("%7B%22ip%22%3A1%7D"), EXPORT_ERROR,
      "json" },
    { "no form: a sequence", BODY("\x1e{}\n"), EXPORT_ERROR, "seq" },
    { "no form: XML", BODY("<a/>"), EXPORT_ERROR, "xml" },
    { "no form: a table", BODY("a,ip\n1,2\n"), EXPORT_ERROR, "csv" },
    { "no form: a table with \"=\"", BODY("a=1,ip\r\n1,2"), EXPORT_ERROR,
      "csv" },
    { "no form: a value of two lines", BODY("a=b\nc&ip=a"), EXPORT_ERROR,
      "csv" },

    { "a wanted name twice", BODY("ip=a&ip=b"), EXPORT_ERROR, "ip=a;" },
    { "the same, once escaped", BODY("ip=a&%69p=b"), EXPORT_ERROR, "ip=a;" },
    { "two purposes", BODY("purpose=analytics&purpose=fine-tune&ip=a"),
      EXPORT_ERROR, "purpose=analytics;" },
    { "twice, the last without \"=\"", BODY("ip=a&ip"), EXPORT_ERROR,
      "ip=a;" },
    { "\"%\" at the end", BODY("ip=a%"), EXPORT_ERROR, "" },
    { "one digit at the end", BODY("ip=a%4"), EXPORT_ERROR, "" },
    { "\"%\" before a separator", BODY("x=%&ip=a"), EXPORT_ERROR, "" },
    { "one digit before a separator", BODY("x=%4&ip=a"), EXPORT_ERROR, "" },
    { "\"%\" and no digit", BODY("ip=%zz"), EXPORT_ERROR, "" },
    { "\"%\" and half a digit", BODY("ip=%4g"), EXPORT_ERROR, "" },
    { "%u0041", BODY("ip=%u0041"), EXPORT_ERROR, "" },
    { "\"%\" in a name", BODY("i%p=1"), EXPORT_ERROR, "" },
    { "NUL", BODY("ip=a\0b"), EXPORT_ERROR, "" },
    { "%00", BODY("ip=175.16.199.1%0081.2.69.160"), EXPORT_ERROR, "" },
    { "%00 in a name", BODY("ip%00=a"), EXPORT_ERROR, "" },
    { "Latin-1", BODY("ip=M\xfcller"), EXPORT_ERROR, "" },
    { "escaped Latin-1", BODY("ip=M%FCller"), EXPORT_ERROR, "" },
    { "an overlong \"&\"", BODY("ip=%c0%a6"), EXPORT_ERROR, "" },
    { "a surrogate", BODY("ip=%ed%a0%80"), EXPORT_ERROR, "" },
    { "a character over a separator", BODY("a=%c3&ip=%a4"), EXPORT_ERROR,
      "" },
    { "a character over the \"=\"", BODY("ip%c3=%a4"), EXPORT_ERROR, "" },
    { "half a character at the end", BODY("ip=%e2%82"), EXPORT_ERROR, "" },
    { "half a character as a name", BODY("a=1&%e2%82"), EXPORT_ERROR, "" },
};


/* the reader under test, and what it reports to */

static export_form_t       form;
static export_sink_t       sink;
static export_form_json_t  json;
static export_limits_t     limits;
static u_char              value[EXPORT_MAX_VALUE];


static int
on_begin(void *data)
{
    trace_put(data, "<", 1);

    return trace_event(data);
}


static int
on_text(void *data, const u_char *p, size_t len)
{
    trace_put(data, p, len);

    return trace_event(data);
}


static int
on_end(void *data)
{
    trace_put(data, ">", 1);

    return trace_event(data);
}


static int
begin(void *data, trace_t *trace)
{
    uint64_t  *limit;

    limit = data;

    trace->fields = &fields;

    sink = (export_sink_t) { trace, trace_field, trace_record, NULL };
    json = (export_form_json_t) { trace, on_begin, on_text, on_end };
    limits = (export_limits_t) { *limit, 0 };

    memset(&form, 0xa5, sizeof(form));
    export_form_init(&form, &fields, &sink, &limits, &json, value);

    return EXPORT_OK;
}


static int
feed(void *data, const u_char *p, size_t len)
{
    (void) data;

    return export_form_feed(&form, p, len);
}


static int
end(void *data, int rc)
{
    (void) data;

    if (rc == EXPORT_OK) {
        rc = export_form_finish(&form);
    }

    if (form.looks) {
        trace_add(sink.data, "%s", looks[form.looks]);
    }

    return rc;
}


static void
run(const void *body, size_t len, uint64_t limit, trace_t *trace)
{
    reader_t  reader = { begin, feed, end, &limit };

    (void) reader_run(&reader, body, len, READER_WHOLE, READER_WHOLE, trace);
}


/* 1 if it is the same for every cut, in two at the first "cuts" places */

static int
agree(const void *body, size_t len, uint64_t limit, size_t cuts,
    const trace_t *want)
{
    reader_t  reader = { begin, feed, end, &limit };

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

        ok(agree(cases[i].body, cases[i].len, cases[i].len, SIZE_MAX,
                 &want), "%s", cases[i].name);
    }
}


/* forms written from known values; odd ones are escaped at random */

static size_t
write_text(u_char *p, const char *s)
{
    size_t  n;

    for (n = 0; *s; s++) {

        if (*s == ' ' && draw(2)) {
            p[n++] = '+';

        } else if (strchr("%&=+ ", *s) || draw(3) == 0) {
            n += (size_t) sprintf((char *) p + n, draw(2) ? "%%%02x"
                                                          : "%%%02X",
                                  (unsigned) (u_char) *s);
        } else {
            p[n++] = (u_char) *s;
        }
    }

    return n;
}


static void
test_written(void)
{
    int             failed;
    size_t          n;
    u_char          body[1024];
    unsigned        i, k, met, field;
    static trace_t  want;

    static const char  *values[] = {
        "", "81.2.69.160", "a b", "x&ip=y", "100%", "1+1=2", "\xc3\xa4",
        "\xf0\x9f\x98\x80", "a;b", "%41", "\r\n"
    };
    static const char  *names[] = { "ip", "purpose", "a name", "other", "" };

    failed = 0;

    for (i = 0; i < 3000; i++) {

        n = 0;
        met = 0;
        trace_reset(&want);

        for (k = draw(8); k; k--) {

            do {
                field = draw(5);
            } while (met & 1u << field);

            met |= field < 3 ? 1u << field : 0;

            n += write_text(body + n, names[field]);
            body[n++] = '=';
            n += write_text(body + n, values[k]);

            if (field < 3) {
                trace_add(&want, "%s=%s;", names[field], values[k]);
            }

            if (k > 1) {
                body[n++] = '&';
            }
        }

        trace_add(&want, "0-%d;", (int) n);

        failed += !agree(body, n, n, SIZE_MAX, &want);
    }

    is_int(failed, 0, "3,000 written forms");
}


static void
test_noise(void)
{
    int                failed;
    size_t             n;
    u_char             body[64];
    unsigned           i;
    static trace_t     want;
    static const char  bytes[] = "&=%+;ip2069\xc3\xa4\x80";

    failed = 0;

    for (i = 0; i < 20000; i++) {

        for (n = 0; n < sizeof(body); n++) {
            body[n] = (u_char) bytes[draw(sizeof(bytes))];
        }

        n = draw(sizeof(body));

        want.stop = draw(5);
        run(body, n, 50, &want);
        failed += !agree(body, n, 50, SIZE_MAX, &want);
    }

    want.stop = 0;
    is_int(failed, 0, "20,000 random forms at every cut");
}


static void
test_limits(void)
{
    size_t          i, n;
    static u_char   body[65536];
    static trace_t  got;

    for (i = 1023; i <= 1025; i++) {
        n = (size_t) sprintf((char *) body, "ip=%0*d&a=1", (int) i, 7);
        run(body, n, n, &got);
        ok(got.rc == EXPORT_OK
           && (strncmp(got.text, "ip=(long);", 10) == 0) == (i > 1024),
           "a value of %d bytes", (int) i);
    }

    n = (size_t) sprintf((char *) body, "ip%01100d=x&%0128d=y", 0, 0);
    run(body, n, n, &got);
    ok(got.rc == EXPORT_ERROR, "no name is that long");

    n = (size_t) sprintf((char *) body, "%01020d%%20%%20%%20%%20=x", 0);
    run(body, n, n, &got);
    ok(got.rc == EXPORT_OK && strncmp(got.text, "0-", 2) == 0,
       "a name of 1,024 bytes");

    n = (size_t) sprintf((char *) body, "%01100d", 0);
    run(body, n, n, &got);
    ok(got.rc == EXPORT_ERROR, "a long name without a value");

    n = (size_t) sprintf((char *) body, "p=[\"&%0600dip=\"]", 0);
    run(body, n, n, &got);
    ok(got.rc == EXPORT_ERROR, "one behind a separator in JSON");

    n = (size_t) sprintf((char *) body, "x=[%02046d]&y={}", 0);
    run(body, n, n, &got);
    ok(got.rc == EXPORT_OK && strlen(got.text) == 2050 + 4 + 7
       && strncmp(got.text, "<[00", 4) == 0
       && strncmp(got.text + 2046, "00]><{}>0-", 10) == 0,
       "JSON of 2,048 bytes");

    for (i = 9999; i <= 10001; i++) {
        memset(body, '&', i - 1);
        run(body, i - 1, i, &got);
        is_int(got.rc, i > EXPORT_FORM_MAX_PAIRS ? EXPORT_LIMIT : EXPORT_OK,
               "%d empty pairs", (int) i);

        for (n = 0; n < i; n++) {
            memcpy(body + 4 * n, "a=1&", 4);
        }

        run(body, 4 * i - 1, 4 * i, &got);
        is_int(got.rc, i > EXPORT_FORM_MAX_PAIRS ? EXPORT_LIMIT : EXPORT_OK,
               "%d pairs", (int) i);
        ok(agree(body, 4 * i - 1, 4 * i, 0, &got), "... in pieces");
    }

    memcpy(body, "ip=12345", 8);

    for (i = 6; i <= 9; i++) {
        run(body, 8, i, &got);
        is_int(got.rc, i < 8 ? EXPORT_LIMIT : EXPORT_OK,
               "a body of 8 bytes, limit %d", (int) i);
    }

    got.stop = 1;
    run(body, 8, 8, &got);
    is_int(got.rc, EXPORT_DONE, "a sink that wants no more");
    ok(strcmp(got.text, "ip=12345;") == 0, "gets no more");
    got.stop = 0;

    run("a=1;b=2", 7, 10, &got);
    is_int(form.semicolon, 1, "a raw semicolon is noted");

    run("a=1%3Bb=2", 9, 10, &got);
    is_int(form.semicolon, 0, "an escaped one is not");

    ok(sizeof(form) <= 2048, "a reader has %d bytes", (int) sizeof(form));
}


int
main(void)
{
    size_t               i;
    static u_char        pointer[] = "/x/y";
    static export_str_t  names[] = {
        export_string("ip"), export_string("purpose"),
        export_string("a name"), { sizeof(pointer) - 1, pointer }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        export_field_add(&fields, &names[i]);
    }

    test_cases();
    test_written();
    test_noise();
    test_limits();

    return done_testing();
}
