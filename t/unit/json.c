
/*
 * Every case is read whole, byte by byte, cut in two at every place and
 * against a guard page, with every scanner this processor has and with none:
 * verdict and events must be the ones wanted, every time.
 */


#include "tap.h"

#include "../../module/readers/json/export_json.c"
#include "../../module/readers/json/export_json_scan.c"

#include "reader.h"


#define TEXT_MAX  65536


/* a document that is made up */

typedef struct {
    size_t  len;
    char    text[TEXT_MAX];
} test_text_t;


typedef struct {
    export_json_mode_e      mode;
    const export_fields_t  *fields;
    const export_limits_t  *limits;
    export_json_scan_pt     scan;
    unsigned                stop;
} test_setup_t;


typedef struct {
    export_json_mode_e   mode;
    const char          *fields;        /* separated by spaces */
    const char          *text;
    int                  rc;
    const char          *events;
} test_case_t;


#define TEST_SCANNERS                                                         \
    (sizeof(export_json_scanners) / sizeof(export_json_scanners[0]) - 1)


static const export_limits_t  test_limits = { 1 << 20, 64 };

static const char  *test_rcs[] = {
    "ok", "error", "?", "?", "done", "?", "limit"
};


static void
test_add(export_fields_t *fields, const char *name)
{
    export_str_t    *t;
    export_field_t  *f;

    f = &fields->field[fields->n++];
    memset(f, 0, sizeof(export_field_t));

    f->name.data = (u_char *) name;
    f->name.len = strlen(name);

    for ( ; *name == '/'; name += strcspn(name, "/")) {
        name++;
        t = &f->token[f->ntokens++];
        t->data = (u_char *) name;
        t->len = strcspn(name, "/");
    }
}


static void
test_fields(export_fields_t *fields, char *names)
{
    char  *name, *next;

    fields->n = 0;

    for (name = strtok_r(names, " ", &next);
         name;
         name = strtok_r(NULL, " ", &next))
    {
        test_add(fields, name);
    }
}


static void
test_print(test_text_t *out, const char *fmt, ...)
{
    int      n;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(out->text + out->len, TEXT_MAX - out->len, fmt, args);
    va_end(args);

    if (n > 0 && out->len + (size_t) n < TEXT_MAX) {
        out->len += (size_t) n;
    }
}


static int
test_field(void *data, unsigned index, export_value_e type,
    const export_str_t *value)
{
    static const char  types[] = "SNTFZOAL";

    trace_add(data, "%u%c", index, types[type]);
    trace_put(data, value->data, value->len);
    trace_put(data, ";", 1);

    return trace_event(data);
}


/* the reader under test, and the sink it reports to */

static export_json_t  json;
static export_sink_t  sink;


static int
test_begin(void *data, trace_t *trace)
{
    const test_setup_t  *setup;

    setup = data;
    trace->stop = setup->stop;

    sink = (export_sink_t) { trace, test_field, trace_record, NULL };

    export_json_init(&json, setup->fields, &sink, setup->limits, setup->mode);
    json.scan = setup->scan;

    return EXPORT_OK;
}


static int
test_feed(void *data, const u_char *p, size_t len)
{
    (void) data;

    return export_json_feed(&json, p, len);
}


static int
test_end(void *data, int rc)
{
    (void) data;

    rc = rc == EXPORT_OK ? export_json_finish(&json) : rc;
    trace_add(sink.data, "%s", test_rcs[-rc]);

    return rc;
}


static reader_t
test_reader(test_setup_t *setup)
{
    return (reader_t) { test_begin, test_feed, test_end, setup };
}


/* whole, without a scanner unless one was set */

static void
test_read(test_setup_t *setup, const char *text, size_t len, trace_t *trace)
{
    reader_t  reader;

    reader = test_reader(setup);

    (void) reader_run(&reader, text, len, READER_WHOLE, READER_WHOLE, trace);
}


static int
test_same(test_setup_t *setup, const char *text, size_t len, size_t first,
    size_t step, const trace_t *want)
{
    reader_t  reader;

    reader = test_reader(setup);

    return reader_same(&reader, text, len, first, step, want);
}


static int
test_scanner(test_setup_t *setup, size_t n)
{
    setup->scan = n ? export_json_scanners[n - 1].scan : NULL;

    return n == 0 || export_json_supported(&export_json_scanners[n - 1]);
}


/* all scanners, all cuts */

static int
test_every_way(test_setup_t *setup, const char *text, size_t len,
    const trace_t *want)
{
    int       good;
    size_t    n;
    reader_t  reader;

    good = 1;
    reader = test_reader(setup);

    for (n = 0; n <= TEST_SCANNERS; n++) {
        if (test_scanner(setup, n)) {
            good &= reader_agree(&reader, text, len, want);
        }
    }

    return good;
}


/* what a run is to report: the events, and how it ends */

static void
test_want(trace_t *want, int rc, const char *events)
{
    trace_want(want, rc, events, strlen(events));
    trace_add(want, "%s", test_rcs[-rc]);
}


static void
test_case(const test_case_t *c)
{
    char             names[1024];
    test_setup_t     setup;
    export_fields_t  fields;

    static trace_t  want;

    snprintf(names, sizeof(names), "%s", c->fields);
    test_fields(&fields, names);

    memset(&setup, 0, sizeof(setup));
    setup.mode = c->mode;
    setup.fields = &fields;
    setup.limits = &test_limits;

    test_want(&want, c->rc, c->events);

    ok(test_every_way(&setup, c->text, strlen(c->text), &want), "%d: %s",
       c->mode, c->text);
}


#define TEXT   EXPORT_JSON_TEXT
#define LINES  EXPORT_JSON_LINES
#define SEQ    EXPORT_JSON_SEQ
#define GUESS  EXPORT_JSON_GUESS
#define OK     EXPORT_OK
#define ERR    EXPORT_ERROR
#define LIM    EXPORT_LIMIT


static const test_case_t  test_cases[] = {

    /* what a text is */

    { TEXT, "", "", ERR, "" },
    { TEXT, "", " \r\n\t", ERR, "" },
    { TEXT, "", "{}", OK, "0-2;" },
    { TEXT, "", " {} \n", OK, "1-3;" },
    { TEXT, "", "{}{}", ERR, "0-2;" },
    { TEXT, "", "{}\n{}", ERR, "0-2;" },
    { TEXT, "", "{},", ERR, "0-2;" },
    { TEXT, "", "{}]", ERR, "0-2;" },
    { TEXT, "", "\n{\n\"a\"\n:\n1\n}\n", OK, "1-12;" },
    { TEXT, "", "[]", OK, "" },
    { TEXT, "", "[ ] ", OK, "" },
    { TEXT, "", "[][]", ERR, "" },
    { TEXT, "", "[{},{}]", OK, "1-3;4-6;" },
    { TEXT, "", " [ {} , {\"a\":[]} ]", OK, "3-5;8-16;" },
    { TEXT, "", "[1,\"a\",true,[{}],null,-0.5e7]", OK,
      "1-2;3-6;7-11;12-16;17-21;22-28;" },
    { TEXT, "", "[1 ]", OK, "1-2;" },
    { TEXT, "", "[1", ERR, "" },
    { TEXT, "", "[1,", ERR, "1-2;" },
    { TEXT, "", "[1,]", ERR, "1-2;" },
    { TEXT, "", "[,1]", ERR, "" },
    { TEXT, "", "[1 2]", ERR, "1-2;" },
    { TEXT, "", "[{}", ERR, "1-3;" },
    { TEXT, "", "[{},]", ERR, "1-3;" },
    { TEXT, "", "[{}}", ERR, "1-3;" },
    { TEXT, "", "[{} {}]", ERR, "1-3;" },
    { TEXT, "", "1", ERR, "" },
    { TEXT, "", "\"a\"", ERR, "" },
    { TEXT, "", "true", ERR, "" },
    { TEXT, "", "\xef\xbb\xbf{}", ERR, "" },
    { TEXT, "", "}", ERR, "" },
    { TEXT, "", "]", ERR, "" },
    { TEXT, "", "{", ERR, "" },
    { TEXT, "", "[", ERR, "" },
    { TEXT, "", "{]", ERR, "" },
    { TEXT, "", "[}", ERR, "" },
    { TEXT, "", "{\"a\":[}", ERR, "" },
    { TEXT, "", "\x1e{}\n", ERR, "" },

    /* what a line is */

    { LINES, "", "", OK, "" },
    { LINES, "", "\n \r\n\t\n", OK, "" },
    { LINES, "", "{}", OK, "0-2;" },
    { LINES, "", "{}\n", OK, "0-2;" },
    { LINES, "", "{}\r\n{}\r\n", OK, "0-2;4-6;" },
    { LINES, "", " {} \n\n \n\t{}\t", OK, "1-3;9-11;" },
    { LINES, "", "{}{}", ERR, "0-2;" },
    { LINES, "", "{} {}", ERR, "0-2;" },
    { LINES, "", "{}\r{}", ERR, "0-2;" },
    { LINES, "", "{},\n{}", ERR, "0-2;" },
    { LINES, "", "{}\n{", ERR, "0-2;" },
    { LINES, "", "{\n}", ERR, "" },
    { LINES, "", "{\"a\":\n1}", ERR, "" },
    { LINES, "", "{\"a\"\n:1}", ERR, "" },
    { LINES, "", "{\"a\":1\n}", ERR, "" },
    { LINES, "", "{\"a\":1,\n\"b\":2}", ERR, "" },
    { LINES, "", "{\"a\":[\n]}", ERR, "" },
    { LINES, "", "{\"a\":\"\n\"}", ERR, "" },
    { LINES, "", "{\r}", OK, "0-3;" },
    { LINES, "", "[]", ERR, "" },
    { LINES, "", "{}\n[]", ERR, "0-2;" },
    { LINES, "", "{}\n1", ERR, "0-2;" },
    { LINES, "", "{}\n}", ERR, "0-2;" },
    { LINES, "", "null\n", ERR, "" },
    { LINES, "", "{}\n\xef\xbb\xbf{}", ERR, "0-2;" },

    /* what a sequence is */

    { SEQ, "", "", OK, "" },
    { SEQ, "", "\x1e{}\n", OK, "1-3;" },
    { SEQ, "", "\x1e{}\n\x1e{\n}\r\n", OK, "1-3;5-8;" },
    { SEQ, "", "\x1e {} \n\n\x1e{}\n", OK, "2-4;8-10;" },
    { SEQ, "", "{}\n", ERR, "" },
    { SEQ, "", "\n\x1e{}\n", ERR, "" },
    { SEQ, "", "\x1e", ERR, "" },
    { SEQ, "", "\x1e\n", ERR, "" },
    { SEQ, "", "\x1e{}", ERR, "1-3;" },
    { SEQ, "", "\x1e{}\n ", ERR, "1-3;" },
    { SEQ, "", "\x1e{}\x1e{}\n", ERR, "1-3;" },
    { SEQ, "", "\x1e\x1e{}\n", ERR, "" },
    { SEQ, "", "\x1e{}\n{}\n", ERR, "1-3;" },
    { SEQ, "", "\x1e[]\n", ERR, "" },
    { SEQ, "", "\x1e\x31\n", ERR, "" },
    { SEQ, "", "\x1e{\x1e}\n", ERR, "" },

    /* what a guess is */

    { GUESS, "", "", OK, "" },
    { GUESS, "", "\n{}\n", OK, "1-3;" },
    { GUESS, "", "{}\n{}", OK, "0-2;3-5;" },
    { GUESS, "", "{} {}", ERR, "0-2;" },
    { GUESS, "", "{\n}", OK, "0-3;" },
    { GUESS, "", "{\n}\n{}", ERR, "0-3;" },
    { GUESS, "", "{}\n{\n}", ERR, "0-2;" },
    { GUESS, "", "{}\n{}\n{\"a\":\n1}", ERR, "0-2;3-5;" },
    { GUESS, "", "[{\n},{}]\n", OK, "1-4;5-7;" },
    { GUESS, "", "[{}]\n[{}]", ERR, "1-3;" },
    { GUESS, "", "{}\n[]", ERR, "0-2;" },
    { GUESS, "", "[]", OK, "" },
    { GUESS, "", "a,b\n1,2\n", ERR, "" },
    { GUESS, "", "1\n2\n", ERR, "" },

    /* wanted names */

    { TEXT, "ip", "{\"ip\":\"1.2.3.4\"}", OK, "0S1.2.3.4;0-16;" },
    { TEXT, "ip", "{\"ip\" : \"\"}", OK, "0S;0-11;" },
    { TEXT, "ip", "{\"ipp\":1,\"i\":2,\"\":3}", OK, "0-20;" },
    { TEXT, "ip", "{\"IP\":\"a\"}", OK, "0Sa;0-10;" },
    { TEXT, "ip", "{\"ip\":\"a\",\"IP\":\"b\"}", OK, "0Sa;0Sb;0-19;" },
    { TEXT, "ip", "{\"\\u0049p\":\"a\",\"iP\":\"b\"}", ERR, "0Sa;" },
    { TEXT, "ip", "{\"IP\":\"a\",\"IP\":\"b\"}", ERR, "0Sa;" },
    { TEXT, "ip", "{\"ip\":1,\"IP\":2,\"Ip\":3}", ERR, "0N1;0N2;" },
    { TEXT, "ip", "{\"ip \":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\" ip\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"\xef\xbb\xbfip\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"i\xe2\x80\x8bp\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"\xef\xbd\x89\xef\xbd\x90\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"ip[]\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"ip[0]\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"+ip\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"a;ip\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"\\tip\":\"a\"}", ERR, "" },
    { TEXT, "user_id", "{\"user-id\":\"a\"}", ERR, "" },
    { TEXT, "consent", "{\"con\xc5\xbf" "ent\":\"a\"}", ERR, "" },
    { TEXT, "/user/ip", "{\"User\":{\"IP\":\"a\"}}", OK,
      "0Sa;0-19;" },
    { TEXT, "/user/ip", "{\"user\":{\"ip \":\"a\"}}", ERR, "" },
    { TEXT, "/user/ip", "{\"ip \":{\"user\":\"a\"}}", OK, "0-20;" },
    { TEXT, "ip", "{\"x\":{\"ip\":\"a\"},\"ip\":\"b\"}", OK,
      "0Sa;0Sb;0-25;" },
    { TEXT, "ip", "{\"x\":[{\"ip\":\"a\"},{\"ip\":\"b\"}]}", OK,
      "0Sa;0Sb;0-29;" },
    { TEXT, "ip", "{\"ip\":\"a\",\"ip\":\"b\"}", ERR, "0Sa;" },
    { TEXT, "ip", "{\"ip\":\"a\",\"x\":{},\"\\u0069p\":\"b\"}", ERR, "0Sa;" },
    { TEXT, "ip", "{\"ip\\u0000\":\"a\"}", ERR, "" },
    { TEXT, "ip", "{\"ip\\u0000x\":1,\"ip\":\"b\"}", ERR, "" },
    { TEXT, "ip", "{\"i\\u0000p\":\"a\",\"\\u0000\":\"ip\\u0000\"}", OK, "0-36;" },
    { TEXT, "/a/b", "{\"a\":{\"b\\u0000\":1}}", ERR, "" },
    { TEXT, "ip", "{\"ip\":{\"ip\":\"b\"},\"a\":{}}", OK, "0O;0Sb;0-24;" },
    { TEXT, "ip", "{\"ip\":{\"ip\":1},\"ip\":2}", ERR, "0O;0N1;" },
    { TEXT, "ip", "{\"\\u0069\\u0070\":\"\\u0031\\n\"}", OK,
      "0S1\n;0-27;" },
    { TEXT, "ip", "{\"s\":\"\\\"ip\\\":\\\"1.2.3.4\\\"\",\"ip\":\"x\"}", OK,
      "0Sx;0-35;" },
    { TEXT, "ip", "{\"ip\":-1.5e+3}", OK, "0N-1.5e+3;0-14;" },
    { TEXT, "ip", "{\"ip\":12345678901234567890123456789012}", OK,
      "0N12345678901234567890123456789012;0-39;" },
    { TEXT, "ip", "{\"ip\":123456789012345678901234567890123}", OK,
      "0N;0-40;" },
    { TEXT, "ip", "{\"ip\":true,\"a\":{\"ip\":false},\"b\":{\"ip\":null}}", OK,
      "0Ttrue;0Ffalse;0Z;0-44;" },
    { TEXT, "ip", "{\"ip\":[1,{\"ip\":2}]}", OK, "0A;0N2;0-19;" },
    { TEXT, "ip", "{\"ip\":[[\"x\"]]}", OK, "0A;0-14;" },
    { TEXT, "ip ip", "{\"ip\":1}", OK, "0N1;1N1;0-8;" },
    { TEXT, "ip user", "{\"user\":{\"ip\":\"a\"}}", OK, "1O;0Sa;0-19;" },
    { TEXT, "ip", "[{\"ip\":\"a\"},\"ip\",{\"ip\":\"b\"}]", OK,
      "0Sa;1-11;12-16;0Sb;17-27;" },
    { TEXT, "ip", "[{\"ip\":1},{\"ip\":2}]", OK, "0N1;1-9;0N2;10-18;" },
    { LINES, "ip", "{\"ip\":1}\n{\"ip\":2}\n", OK, "0N1;0-8;0N2;9-17;" },
    { TEXT, "\xc3\xa9t\xc3\xa9", "{\"\xc3\xa9t\\u00e9\":1}", OK,
      "0N1;0-15;" },
    { TEXT, "\xf0\x9f\x98\x80", "{\"\\ud83d\\uDE00\":\"\\uD83D\\ude00\"}",
      OK, "0S\xf0\x9f\x98\x80;0-31;" },
    { TEXT, "ip", "{\"ip\":\"a", ERR, "" },
    { TEXT, "ip", "{\"ip\":1", ERR, "" },
    { TEXT, "ip", "{\"ip\":\"a\"", ERR, "0Sa;" },
    { TEXT, "ip", "{\"ip\":\"\x01\"}", ERR, "" },
    { TEXT, "ip", "{\"ip\":\"\\ud800\"}", ERR, "" },

    /* wanted pointers */

    { TEXT, "/ip", "{\"ip\":1,\"a\":{\"ip\":2}}", OK, "0N1;0-21;" },
    { TEXT, "/a/ip", "{\"ip\":1,\"a\":{\"ip\":2,\"a\":{\"ip\":3}}}", OK,
      "0N2;0-34;" },
    { TEXT, "/a/ip ip", "{\"a\":{\"ip\":2}}", OK, "0N2;1N2;0-14;" },
    { TEXT, "/a/ip", "{\"a\":{\"ip\":1},\"a\":{\"ip\":2}}", ERR, "0N1;" },
    { TEXT, "/a/ip", "{\"a\":1,\"a\":{\"ip\":2}}", ERR, "" },
    { TEXT, "/a/ip", "{\"b\":{\"a\":{\"ip\":2},\"a\":3}}", OK, "0-26;" },
    { TEXT, "/a/0", "{\"a\":[\"x\",\"y\"]}", OK, "0Sx;0-15;" },
    { TEXT, "/a/1/ip", "{\"a\":[{\"ip\":1},{\"ip\":2},{\"ip\":3}]}", OK,
      "0N2;0-34;" },
    { TEXT, "/a/10", "{\"a\":[0,1,2,3,4,5,6,7,8,9,\"ten\"]}", OK,
      "0Sten;0-33;" },
    { TEXT, "/a/00", "{\"a\":[0,1]}", OK, "0-11;" },
    { TEXT, "/a/0", "{\"a\":{\"0\":7}}", OK, "0N7;0-13;" },
    { TEXT, "/a/0", "{\"a\":[]}", OK, "0-8;" },
    { TEXT, "/0/ip", "[[{\"ip\":1},{\"ip\":2}],{\"0\":{\"ip\":3}}]", OK,
      "0N1;1-20;0N3;21-35;" },
    { TEXT, "/a/b /a/c", "{\"a\":{\"c\":1,\"b\":2}}", OK, "1N1;0N2;0-19;" },
    { TEXT, "/a /a/b", "{\"a\":{\"b\":2}}", OK, "0O;1N2;0-13;" },
    { TEXT, "/a/b/c", "{\"a\":[{\"b\":{\"c\":1}}],\"x\":{\"b\":{\"c\":1}}}",
      OK, "0-39;" },
    { TEXT, "/", "{\"\":5,\"a\":{\"\":6}}", OK, "0N5;0-17;" },
    { LINES, "/a/b", "{\"a\":{\"b\":1}}\n{\"b\":2}\n{\"a\":{\"b\":3}}\n",
      OK, "0N1;0-13;14-21;0N3;22-35;" },

    { 0, NULL, NULL, 0, NULL }
};


/* values, inside of an array */

static const char  *test_good[] = {
    "0", "-0", "1", "-1", "12345678901234567890123", "0.0", "-0.10", "1.5",
    "0e0", "1E+2", "1e-02", "-1.25E10", "0.1e1", "10", "100.001", "1e00",
    "true", "false", "null", "[]", "{}", "[ ]", "{ }", "[[]]", "[{}]",
    "[1,2]", "[1 , 2]", "[true,false,null]", "{\"a\":1}", "{\"a\":{}}",
    "{ \"a\" : 1 , \"b\" : [ 2 ] }", "{\"a\":1,\"a\":2}", "{\"\":0}",
    "{\"a\":{\"b\":{\"c\":[{\"d\":[]}]}}}", "[[[[[[[]]]]]]]",
    "[[],[],{},{},[]]", "\t[\r1\t,\r2 ]",
    "\"\"", "\"a\"", "\" \"", "\"\x7f\"", "\"/\"", "\"\\/\"",
    "\"\\\"\"", "\"\\\\\"", "\"\\\\\\\\\\\"\"", "\"\\b\\f\\n\\r\\t\"",
    "\"\\u0000\"", "\"\\u00e9\\u20AC\\uFFFF\"", "\"\\uD83D\\uDE00\"",
    "\"\\ud800\\udc00\\udbff\\udfff\"", "\"\\\\u12\"", "\"\\\\ud800\"",
    "\"[{,:}]\"", "\"\xc2\x80\"", "\"\xdf\xbf\"", "\"\xe0\xa0\x80\"",
    "\"\xe1\x80\x80\"", "\"\xec\xbf\xbf\"", "\"\xed\x80\x80\"",
    "\"\xed\x9f\xbf\"", "\"\xee\x80\x80\"", "\"\xef\xbf\xbf\"",
    "\"\xf0\x90\x80\x80\"", "\"\xf1\x80\x80\x80\"", "\"\xf3\xbf\xbf\xbf\"",
    "\"\xf4\x8f\xbf\xbf\"", "\"\xef\xbb\xbf\"", "{\"\xc3\xa9\":1}",
    "{\"\\u0061\":1}", "{\"\\ud83d\\ude00\":\"\\n\"}",
    NULL
};


static const char  *test_bad[] = {
    "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e", "1e+",
    "1E-", "1e1.5", "1.2.3", "1..2", "1-2", "1+2", "--1", "-+1", "0x1", "0a",
    "1a", "1e+-2", "1ee2", "1e2e3", "- 1", "1 .5", "1 e5", "Infinity",
    "-Infinity", "NaN", "nan", "1_0", "\xef\xbc\x91", "0 1", "1 2", "1\"a\"",
    "0null", "1true", "-1false", "1.5null", "-null", "1e5true", "nulle5", "e5",
    "-a", "-\"", "1.true", "2.e", "2.e3", "0.3e", "0.3e+", "0e", "0E+",
    "9.e+", "012", "-012", "-0x", "0.", "-0.", "1e5 e", "1,", ",1",
    "tru", "True", "TRUE", "truee", "true1", "truefalse", "t", "fals",
    "falsee", "nul", "nulll", "null0", "nil", "undefined", "tRue", "true\"\"",
    "true[]", "\"\"true", "n ull", "'a'", "a", "\xc3\xa9", "*", "&", "\x01",
    "/**/1", "1//", "#", "\"", "\"a", "a\"", "\"\"\"", "\"a\"\"b\"",
    "\"a\" \"b\"", "\"\\\"", "\"\\\\\\\"", "\"\\a\"", "\"\\x00\"", "\"\\'\"",
    "\"\\0\"", "\"\\U0041\"", "\"\\u\"", "\"\\u0\"", "\"\\u00\"",
    "\"\\u004\"", "\"\\u004g\"", "\"\\u 041\"", "\"\\u-041\"",
    "\"\\ud800\"", "\"\\udbff\"", "\"\\udc00\"", "\"\\udfff\"",
    "\"\\ud800a\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\"",
    "\"\\ud800\\ud800\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800\\\"",
    "\"\\ud800\\u\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\\ude00\"",
    "\"\x01\"", "\"\x1f\"", "\"\t\"", "\"\r\"", "\"\n\"", "\"\\\n\"",
    "\"\x80\"", "\"\xbf\"", "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xc2\"",
    "\"\xc2\x41\"", "\"\xc2\xc0\"", "\"\xc2\x80\x80\"", "\"\xe0\x80\x80\"",
    "\"\xe0\x9f\xbf\"", "\"\xe1\x80\"", "\"\xe1\x80\x41\"",
    "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xed\xa0\xbd\xed\xb8\x80\"",
    "\"\xf0\x80\x80\x80\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xf0\x90\x80\"",
    "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xf8\x80\x80\x80\"",
    "\"\xff\"", "\"\xfe\"", "\"\\\xc3\xa9\"", "\"\xe1\\n\"",
    "[", "]", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1}",
    "[1:2]", "[\"a\":1]", "[]]", "[[]", "[1]]", "[}", "[,", "[:]",
    "{", "}", "{]", "{,}", "{:}", "{1}", "{1:2}", "{a:1}", "{'a':1}",
    "{\"a\"", "{\"a\"}", "{\"a\":", "{\"a\":}", "{\"a\":1", "{\"a\":1,",
    "{\"a\":1,}", "{\"a\":1,,\"b\":2}", "{,\"a\":1}", "{\"a\" 1}",
    "{\"a\"::1}", "{\"a\":1:2}", "{\"a\",1}", "{\"a\":1 \"b\":2}",
    "{\"a\":1]", "{\"a\":1}}", "{\"a\":{}", "{{}}", "{[]}", "{{}:1}",
    "{[]:1}", "{null:1}", "{true:1}", "{\"a\":1,\"b\"}", "{\"a\":1,2}",
    "{\"a\":1,[]}", "{\"a\":1,{}}", "{\"a\"\"b\":1}", "{\"a\":\"b\"\"c\"}",
    "{\"a\":1\"b\":2}", "{\"a\":[}", "{\"a\":[1,}", "{\"a\":[1:2]}",
    "[{\"a\":1,\"b\"]", "{} {}", "{}[]", "[]{}", "{}1", "1{}", "[]\"\"",
    "{\"a\":\"}", "{\"a\":\"\\\"}", "{\"\x01\":1}", "{\"\\x\":1}",
    "{\"\\ud800\":1}", "{\"\xff\":1}", "\xef\xbb\xbf[]", "\xc2\xa0", "\x0c",
    "\x0b", "\xe2\x80\xa8", "1\x0c", "[\x0c]", "{\"a\":1\x0c}", ";", "<a/>",
    "\x1a", "{\"a\"\x1a\"b\"}", "[1\x0c\x32]", "\\", "\\u0031", "[\\n]",
    "{\"a\":\\\"b\"}", "[1]\\", "`", "@", "\x7f", "$",
    NULL
};


static const char  *test_words[] = {
    "0", "1", "-", "+", ".", "e", "null", "true", " "
};


static const char  *test_tokens[] = {
    "{", "}", "[", "]", ",", ":", "\"a\"", "1", "null", "\n", "\"\\n\""
};


/* every scanner against the reader without one; returns its trace */

static int
test_agree(test_setup_t *setup, const char *text, size_t len, trace_t *want)
{
    int     good;
    size_t  n;

    test_scanner(setup, 0);
    test_read(setup, text, len, want);

    good = 1;

    for (n = 1; n <= TEST_SCANNERS; n++) {
        if (test_scanner(setup, n)) {
            good &= test_same(setup, text, len, READER_WHOLE, READER_WHOLE,
                              want);
        }
    }

    return good;
}


/*
 * A value in an array, alone, then with so much before and behind it that the
 * scanners see it, at every place of a block and across two of their batches.
 */

static void
test_value(const char *value, int rc)
{
    int              good;
    char             text[4096], behind[1200];
    size_t           len;
    unsigned         pad, kind;
    test_setup_t     setup;
    export_fields_t  fields;

    static const char  *around[] = {
        "[%*s%s,{\"c\":[\"%s\"]}]",
        "[{\"x\":\"%*s\",\"v\":%s,\"w\":\"%s\"}]",
        "{\"x\":\"%*s\",\"v\":%s, \"w\":\"%s\"}\n",
        "{\"x\":[%*s%s,\"%s\"]}",
        "{\"x\" :%*s%s,\"w\":\"%s\"}"
    };
    static trace_t  want;

    memset(&setup, 0, sizeof(setup));
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, "d");
    test_add(&fields, "/x/a");

    len = (size_t) snprintf(text, sizeof(text), "[%s]", value);
    test_read(&setup, text, len, &want);
    good = want.rc == rc && (rc != OK || want.len > 2);
    good &= test_every_way(&setup, text, len, &want);

    memset(behind, 'b', sizeof(behind) - 1);
    behind[sizeof(behind) - 1] = '\0';

    for (kind = 0; kind < 5; kind++) {
        setup.mode = kind == 2 ? LINES : TEXT;

        for (pad = 0; pad < 530; pad += pad == 20 ? 430 : 1) {
            len = (size_t) snprintf(text, sizeof(text), around[kind],
                                    (int) pad, "", value, behind);
            good &= test_agree(&setup, text, len, &want);
        }
    }

    ok(good, "%s %s", rc == OK ? "value" : "no value", value);
}


/*
 * Lines that end anywhere in their last batch: what an earlier batch had
 * behind that place must not be looked for there.
 */

static void
test_ends(const char *line)
{
    int              good;
    char             text[8192];
    size_t           len, end;
    test_setup_t     setup;
    export_fields_t  fields;

    static trace_t  want;

    memset(&setup, 0, sizeof(setup));
    setup.mode = LINES;
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, "a");

    for (len = 0; len + strlen(line) < sizeof(text); len += strlen(line)) {
        strcpy(text + len, line);
    }

    good = 1;

    for (end = len / 2; end < len; end++) {
        good &= test_agree(&setup, text, end, &want);
    }

    ok(good, "ends: %s", line);
}


/* records with no newline between them, wherever the first one ends */

static void
test_joined(void)
{
    int              good;
    char             text[2048];
    size_t           len;
    unsigned         pad;
    test_setup_t     setup;
    export_fields_t  fields;

    static trace_t  want;

    memset(&setup, 0, sizeof(setup));
    setup.mode = LINES;
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, "a");

    good = 1;

    for (pad = 0; pad < 160; pad++) {
        len = (size_t) snprintf(text, sizeof(text),
                                "{}\n{\"b\":\"%*s\"} \t{\"b\":\"%1000s\"}\n",
                                (int) pad, "", "");

        good &= test_agree(&setup, text, len, &want);
        good &= want.rc == ERR;
    }

    ok(good, "records on one line");
}


/* a record that is an array, and ends where scanners see it */

static void
test_array_record(void)
{
    int              good;
    char             text[2048];
    size_t           len;
    unsigned         pad;
    test_setup_t     setup;
    export_fields_t  fields;

    static trace_t  want;

    memset(&setup, 0, sizeof(setup));
    setup.mode = TEXT;
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, "a");

    good = 1;

    for (pad = 0; pad < 160; pad++) {
        len = (size_t) snprintf(text, sizeof(text),
                                "[[\"%*s\",[{\"a\":1}]],{\"a\":\"%900s\"}]",
                                (int) pad, "", "");

        good &= test_agree(&setup, text, len, &want);
        good &= want.rc == OK;
    }

    ok(good, "records that are arrays");
}


#define pick(list)  list[draw(sizeof(list) / sizeof(list[0]))]


static void
test_space(test_text_t *out, int nl)
{
    static const char  *spaces[] = { " ", "  ", "\t", "\r", "         " };

    if (draw(12) == 0) {
        test_print(out, "%s", pick(spaces));
    }

    if (nl && draw(20) == 0) {
        test_print(out, "\n");
    }
}


static void
test_string(test_text_t *out, int name)
{
    unsigned  n;

    static const char  *names[] = {
        "ip", "ip", "a", "b", "user", "zip", "id", "p", "", "\\u0069p", "x\\/",
        "a_name_that_is_longer_than_a_block_of_sixty_four_bytes_all_in_all",
        "country", "\xc3\xa9", "0", "1"
    };
    static const char  *parts[] = {
        "a", "ip", "1.2.3.4", "\\\"", "\\\\", "\\n", "\\u00e9", " ", "text ",
        "\\ud83d\\ude00", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        "{", "}", "[", "]", ":", ",", "the quick brown fox jumps over it",
        "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf", "\\/", "0", "-", "\x7f"
    };

    test_print(out, "\"");

    if (name) {
        test_print(out, "%s", pick(names));

    } else {
        for (n = draw(8) * draw(3) * draw(3); n; n--) {
            test_print(out, "%s", pick(parts));
        }
    }

    test_print(out, "\"");
}


static void
test_json(test_text_t *out, unsigned kind, unsigned depth, int nl)
{
    unsigned  n;

    static const char  *scalars[] = {
        "0", "1", "-1", "-0", "12345678901234567890", "0.5", "-1.25", "1e5",
        "2.5E-10", "-0e+0", "true", "false", "null", "1700000000", "10.75"
    };

    if (kind == 0) {
        test_print(out, "%s", pick(scalars));
        return;
    }

    if (kind == 1) {
        test_string(out, 0);
        return;
    }

    test_print(out, kind == 2 ? "{" : "[");
    test_space(out, nl);

    for (n = draw(depth > 4 ? 2 : 6); n; n--) {

        if (kind == 2) {
            test_string(out, 1);
            test_space(out, nl);
            test_print(out, ":");
            test_space(out, nl);
        }

        test_json(out, draw(4), depth + 1, nl);
        test_space(out, nl);
        test_print(out, n > 1 ? "," : "");
        test_space(out, nl);
    }

    test_print(out, kind == 2 ? "}" : "]");
}


static void
test_document(test_text_t *out, export_json_mode_e mode)
{
    unsigned  n, lines;

    out->len = 0;
    lines = (mode == LINES || (mode == GUESS && draw(2)));

    if (mode == TEXT || (mode == GUESS && !lines)) {
        n = draw(3) ? 0 : draw(20);
        test_print(out, n ? "[" : "");
        test_json(out, 2 + draw(2), 0, 1);

        for ( /* void */ ; n; n--) {
            test_print(out, ",");
            test_json(out, draw(8) ? 2 : draw(4), 0, 1);
            test_print(out, n > 1 ? "" : "]");
        }

        return;
    }

    /* now and then more than a few of the scanners' batches */

    n = draw(20);
    n *= draw(8) ? 1 : 10;

    for ( /* void */ ; n; n--) {
        test_print(out, mode == SEQ ? "\x1e" : "");
        test_json(out, 2, 0, !lines);
        test_print(out, draw(5) ? "\n" : " \r\n");
    }
}


/* puts a token, or some bytes of another place, in somewhere */

static void
test_splice(test_text_t *out, size_t at)
{
    char         copy[16];
    size_t       from, len;
    const char  *piece;

    static const char  *pieces[] = {
        "null", "true", "false", "\"a\"", "\"ip\":1,", "{}", "[]", "},{",
        "}\n{", "1e5", "0.5", "\\ud83d", "\\u0000", "\\\\\"",
        "\xf0\x9f\x98\x80", "\xe2\x82", "                                "
    };

    piece = pick(pieces);
    len = strlen(piece);

    if (draw(2)) {
        from = draw((unsigned) out->len);
        len = 1 + draw(sizeof(copy));
        len = len < out->len - from ? len : out->len - from;
        memcpy(copy, out->text + from, len);
        piece = copy;
    }

    if (out->len + len < TEXT_MAX) {
        memmove(out->text + at + len, out->text + at, out->len - at);
        memcpy(out->text + at, piece, len);
        out->len += len;
    }
}


/* most often a byte JSON cares about */

static void
test_mutate(test_text_t *out)
{
    char      c;
    size_t    at;
    unsigned  n;

    static const char  bytes[] = "{}[]:,\"\"\\0159.-+eEtfnu \n\r\t/aipx"
                                 "\x01\x1e\x0c\x7f\x80\xbf\xc3\xe2\xed\xf0";

    for (n = draw(3); n && out->len; n--) {
        at = draw((unsigned) out->len);
        c = draw(8) ? bytes[draw(sizeof(bytes) - 1)]
                           : (char) draw(256);

        switch (draw(6)) {

        case 0:
            out->text[at] = c;
            break;

        case 1:
            memmove(out->text + at, out->text + at + 1, out->len - at);
            out->len--;
            break;

        case 2:
            if (out->len < TEXT_MAX - 2) {
                memmove(out->text + at + 1, out->text + at, out->len - at);
                out->text[at] = c;
                out->len++;
            }

            break;

        case 3:
            out->text[at] ^= (char) (1 << draw(8));
            break;

        default:
            test_splice(out, at);
        }
    }
}


/*
 * Every scanner against the reader without one and fed byte by byte, on
 * documents made up, most of them with a few bytes changed.
 */

static void
test_differences(unsigned documents)
{
    int              good;
    char             names[64];
    size_t           n, at;
    unsigned         d, accepted;
    reader_t         reader;
    test_setup_t     setup;
    export_fields_t  fields;
    export_limits_t  limits;

    static const char  *wanted[] = {
        "ip", "ip id", "ip user country zip p x", "/a/ip ip", "/user/a/0 id",
        "/0/ip /a", "/ ip", "ip user country zip x id 0 b", "i\"p id"
    };
    static test_text_t  text;
    static trace_t      want;

    good = 1;
    accepted = 0;

    for (d = 0; d < documents && good; d++) {
        snprintf(names, sizeof(names), "%s", pick(wanted));
        test_fields(&fields, names);

        limits.record = draw(4) ? 1 << 20 : draw(3000);
        limits.depth = draw(8) ? 64 : draw(7);

        memset(&setup, 0, sizeof(setup));
        setup.mode = (export_json_mode_e) draw(4);
        setup.fields = &fields;
        setup.limits = &limits;
        setup.stop = draw(4) ? 0 : draw(20);

        test_document(&text, setup.mode);

        if (draw(4)) {
            test_mutate(&text);
        }

        reader = test_reader(&setup);
        (void) reader_run(&reader, text.text, text.len, 1, 1, &want);
        accepted += want.rc == OK;

        for (n = 0; n <= TEST_SCANNERS; n++) {
            if (!test_scanner(&setup, n)) {
                continue;
            }

            at = draw((unsigned) text.len + 1);

            good &= test_same(&setup, text.text, text.len, READER_WHOLE,
                              READER_WHOLE, &want)
                    && test_same(&setup, text.text, text.len, READER_CHANCE,
                                 READER_CHANCE, &want)
                    && test_same(&setup, text.text, text.len, at,
                                 READER_WHOLE, &want);
        }
    }

    ok(good, "%u documents, %u accepted", d, accepted);
}


/*
 * All sequences of so many pieces, in an array: what is wrong with them must
 * be seen in front of what comes behind, wherever in a block that is.
 */

static void
test_sequences(const char *what, const char **pieces, unsigned npieces,
    unsigned length, export_json_mode_e mode)
{
    int              good;
    unsigned         n, k, all, left;
    test_setup_t     setup;
    export_fields_t  fields;

    static test_text_t  text;
    static trace_t      want;

    memset(&setup, 0, sizeof(setup));
    setup.mode = mode;
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, "a");

    good = 1;

    for (all = 1, k = 0; k < length; k++) {
        all *= npieces;
    }

    for (n = 0; n < all; n++) {
        text.len = 0;
        test_print(&text, "{\"%*s\":[", (int) (n % 67), "");

        for (left = n, k = 0; k < length; k++, left /= npieces) {
            test_print(&text, "%s", pieces[left % npieces]);
        }

        test_print(&text, "]}\n");
        test_print(&text, "{\"a\":1}\n{\"b\":%200s\"a\"}\n", "");

        good &= test_agree(&setup, text.text, text.len, &want);
    }

    ok(good, "%u sequences of %s", all, what);
}


/* names of whole blocks, wanted or not, at every place of a group of these */

static void
test_long_names(const char *tail)
{
    int              good;
    char             wanted[129], text[4096];
    size_t           len;
    unsigned         pad;
    test_setup_t     setup;
    export_fields_t  fields;

    static trace_t  want;

    memset(wanted, 'k', sizeof(wanted) - 1);
    wanted[sizeof(wanted) - 1] = '\0';

    memset(&setup, 0, sizeof(setup));
    setup.mode = LINES;
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, wanted);

    good = 1;

    for (pad = 0; pad < 520; pad++) {
        len = (size_t) snprintf(text, sizeof(text),
                                "{\"x\":\"%*s\",\"%s\":1,\"%01200d%s}\n"
                                "{}\n%200s", (int) pad, "", wanted, 0, tail, "");
        good &= test_agree(&setup, text, len, &want);
    }

    ok(good, "long names, and %s", tail);
}


/*
 * A wanted name in front of a batch's end, and its value behind that: what is
 * looked at there must have been fed, be well-formed and be in the record.
 */

static void
test_behind(size_t end, const char *value)
{
    int              good;
    char             text[4096];
    size_t           n, len;
    unsigned         before, blanks, more, pad;
    test_setup_t     setup;
    export_fields_t  fields;
    export_limits_t  limits;

    static trace_t  want;

    memset(&setup, 0, sizeof(setup));
    setup.mode = LINES;
    setup.fields = &fields;
    setup.limits = &limits;

    fields.n = 0;
    test_add(&fields, "a");

    limits.depth = 64;
    good = 1;

    for (n = 0; n < 4 * 18 * 3 * 8; n++) {
        before = (unsigned) n % 4;
        blanks = (unsigned) n / 4 % 18;
        more = (unsigned) n / 72 % 3;
        pad = (unsigned) end - before - (unsigned) strlen("{'p':'','a'");

        len = (size_t) snprintf(text, sizeof(text),
                                "{\"p\":\"%*s\",\"a\"%*s:%*s%s,"
                                "\"b\":\"%1500s\"}\n", (int) pad, "",
                                (int) blanks, "", (int) more % 2, "", value,
                                "");

        /* all, or as little as there may be of the feed or of the record */

        limits.record = end + 12 + n / 216;

        if (more || limits.record < EXPORT_JSON_BATCH + EXPORT_JSON_LOOK) {
            len = more < 2 ? limits.record : len;
            limits.record = 1 << 20;
        }

        good &= test_agree(&setup, text, len, &want);
    }

    ok(good, "behind %zu bytes: %s", end, value);
}


/* the limits at, and one past, what they say; and long values */

static void
test_limit(const char *what, const char *head, char fill, size_t n,
    const char *tail, size_t record, unsigned depth, int rc, const char *want)
{
    char            *text;
    size_t           len;
    test_setup_t     setup;
    export_fields_t  fields;
    export_limits_t  limits;

    static trace_t  trace;

    text = malloc(strlen(head) + n + strlen(tail) + 1);

    len = (size_t) sprintf(text, "%s", head);
    memset(text + len, fill, n);
    len += n;
    len += (size_t) sprintf(text + len, "%s", tail);

    fields.n = 0;
    test_add(&fields, "ip");
    limits.record = record;
    limits.depth = depth;

    memset(&setup, 0, sizeof(setup));
    setup.fields = &fields;
    setup.limits = &limits;

    test_want(&trace, rc, want);

    ok(test_every_way(&setup, text, len, &trace), "%s", what);

    free(text);
}


static void
test_limits_of(void)
{
    char    want[2048];
    size_t  i;
    char    brackets[1100];

    test_limit("record at the limit", "{\"a\":\"", 'x', 592, "\"}", 600, 9,
               OK, "0-600;");
    test_limit("record over the limit", "{\"a\":\"", 'x', 593, "\"}", 600, 9,
               LIM, "");
    test_limit("white space is no record", "{}", ' ', 700, "", 600, 9,
               OK, "0-2;");
    test_limit("number at the limit", "[", '1', 600, ",{}]", 600, 9,
               OK, "1-601;602-604;");
    test_limit("number over the limit", "[", '1', 601, ",{}]", 600, 9,
               LIM, "");

    test_limit("depth at the limit", "{\"a\":", '[', 8, "]]]]]]]]}", 600, 9,
               OK, "0-22;");
    test_limit("depth over the limit", "{\"a\":", '[', 9, "]]]]]]]]]}", 600,
               9, LIM, "");

    memset(brackets, ']', sizeof(brackets));
    brackets[511] = '}';
    brackets[512] = '\0';
    test_limit("the deepest there is", "{\"a\":", '[', 511, brackets, 9999,
               9999, OK, "0-1028;");

    brackets[511] = ']';
    brackets[512] = '}';
    brackets[513] = '\0';
    test_limit("deeper", "{\"a\":", '[', 512, brackets, 9999, 9999, LIM, "");

    i = (size_t) sprintf(want, "0S");
    memset(want + i, 'x', EXPORT_MAX_VALUE);
    sprintf(want + i + EXPORT_MAX_VALUE, ";0-1033;");
    test_limit("value at the limit", "{\"ip\":\"", 'x', EXPORT_MAX_VALUE,
               "\"}", 9999, 9, OK, want);
    test_limit("value over the limit", "{\"ip\":\"", 'x',
               EXPORT_MAX_VALUE + 1, "\"}", 9999, 9, OK, "0L;0-1034;");
    test_limit("a name as long as none", "{\"", 'i', 200, "p\":1}", 9999, 9,
               OK, "0-207;");
}


/*
 * A name where the scanners see it, at every place of a block and across two
 * of their batches; in the last row of "around", after long text.
 */

static void
test_name(const char *wanted, const char *name, size_t n, const char *pad,
    const char *tail, const char *want)
{
    int              good, seen;
    char            *text, *long_name;
    size_t           i, len, cut;
    unsigned         before;
    test_setup_t     setup;
    export_fields_t  fields;

    static const char  *around[] = {
        "{\"x\":\"%*s\",\"%s\":\"v\",\"w\":\"%01500d\"}\n",
        "{\"x\":{\"%*s\":1,\"%s\":\"v\"},\"w\":\"%01500d\"}\n"
    };
    static trace_t  log;

    memset(&setup, 0, sizeof(setup));
    setup.mode = LINES;
    setup.fields = &fields;
    setup.limits = &test_limits;

    fields.n = 0;
    test_add(&fields, wanted);

    len = strlen(name) + n * strlen(pad) + strlen(tail);
    long_name = malloc(len + 1);
    text = malloc(len + 4096);
    strcpy(long_name, name);

    for (i = strlen(name); n; n--, i += strlen(pad)) {
        strcpy(long_name + i, pad);
    }

    strcpy(long_name + i, tail);
    good = seen = 1;

    for (i = 0; i < 2; i++) {
        for (before = 0; before < 1040; before += before == 66 ? 930 : 1) {
            len = (size_t) sprintf(text, around[i], (int) before, "",
                                   long_name, 0);
            good &= test_agree(&setup, text, len, &log);
            seen &= strstr(log.text, want) != NULL;
        }
    }

    ok(good && seen, "%.40s... %s: %s", long_name, wanted, want);

    /* cut anywhere near to the name, by each scanner */

    len = (size_t) sprintf(text, around[0], 40, "", long_name, 0);
    good = test_agree(&setup, text, len, &log);

    for (i = 0; i <= TEST_SCANNERS; i++) {
        if (!test_scanner(&setup, i)) {
            continue;
        }

        for (cut = 40; cut < 60 + strlen(long_name);
             cut += cut > 120 ? 53 : 1)
        {
            good &= test_same(&setup, text, len, cut, READER_WHOLE, &log);
        }
    }

    ok(good, "... cut");

    free(long_name);
    free(text);
}


static void
test_names(void)
{
    size_t  i;

    static const struct {
        const char  *wanted;
        const char  *name;
        size_t       n;
        const char  *pad;
        const char  *tail;
        const char  *want;
    } names[] = {
        { "ip", "ip", 0, "", "", "0Sv;" },
        { "ip", "IP", 0, "", "", "0Sv;" },
        { "ip", "iP", 0, "", "", "0Sv;" },
        { "IP", "Ip", 0, "", "", "0Sv;" },
        { "user_country", "User_COUNTRY", 0, "", "", "0Sv;" },
        { "a1", "A1", 0, "", "", "0Sv;" },
        { "ip", "x", 3, "IP", "", "ok" },
        { "ip", "I\\u0050", 0, "", "", "0Sv;" },
        { "user_id", "USER-ID", 0, "", "", "error" },
        { "ip", "ip ", 0, "", "", "error" },
        { "ip", "ip;", 0, "", "", "error" },
        { "ip", "a;IP", 0, "", "", "error" },
        { "ip", "IP[0]", 0, "", "", "error" },
        { "ip", "ip\xe2\x80\x8b", 0, "", "", "error" },
        { "ip", "\xef\xbb\xbfIP", 0, "", "", "error" },
        { "ip", "", 200, " ", "IP", "error" },
        { "ip", "", 300, " ", "\\u0069p", "error" },
        { "ip", "", 300, " ", "\\u0069\\u0070", "error" },
        { "ip", "i", 300, "\\u200b", "p", "error" },
        { "ip", "i", 100, "\xe2\x80\x8b", "p", "error" },
        { "ip", "", 2000, " ", "ip", "error" },
        { "ip", "ip", 2000, " ", "", "error" },
        { "ip", "", 2000, "\xe2\x80\x8b", "IP", "error" },
        { "ip", "i", 2000, "\xe2\x80\x8b", "p", "error" },
        { "ip", "\\u0069p", 1025, "\xef\xbb\xbf", "", "error" },
        { "ip", "", 1022, " ", "\xef\xbc\xa9p", "error" },
        { "ip", "", 1023, " ", "\xef\xbc\xa9p", "error" },
        { "ip", "", 2000, "\\u0020", "\\u0069\\u0070", "error" },
        { "ip", "ip\\u0000", 2000, "x", "", "error" },
        { "ip", "", 2000, "x", ";ip", "error" },
        { "ip", "ip[", 2000, "x", "]", "error" },
        { "ip", "", 2000, "x", "ip", "ok" },
        { "ip", "ip", 2000, "x", "", "ok" },
        { "ip", "i", 2000, " ", "p", "ok" },
        { "ip", "", 700, "\xc3\xa4", "ip", "ok" },
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        test_name(names[i].wanted, names[i].name, names[i].n, names[i].pad,
                  names[i].tail, names[i].want);
    }
}


int
main(int argc, char **argv)
{
    size_t  i;

    for (i = 0; test_cases[i].text; i++) {
        test_case(&test_cases[i]);
    }

    for (i = 0; test_good[i]; i++) {
        test_value(test_good[i], OK);
    }

    for (i = 0; test_bad[i]; i++) {
        test_value(test_bad[i], ERR);
    }

    test_sequences("numbers and words", test_words, 9, 5, LINES);
    test_sequences("tokens", test_tokens, 11, 4, LINES);
    test_sequences("tokens", test_tokens, 11, 4, GUESS);

    test_long_names("\":1");
    test_long_names("\":[]");
    test_long_names("\",1");
    test_long_names("\\n\":1");
    test_long_names("\\x\":1");
    test_long_names("\x01\":1");
    test_ends("{\"a\":1e5,\"b\":[-2.5E+3,0.1]}\n");
    test_ends("{\"a\":\"\\u00e9\\\\\",\"b\":\"\xc3\xa9\",\"c\":null}\n");
    test_ends("{\"a\":true,\"b\":{\"a\":[{\"a\":[]},\"a\",7]}}\n");

    for (i = 64; i <= 2048; i *= 2) {
        test_behind(i, "1");
        test_behind(i, "{}");
        test_behind(i, "\"x\"");
        test_behind(i, "\"a long one\"");
        test_behind(i, "\"\x01\"");
    }

    test_joined();
    test_array_record();
    test_names();
    test_limits_of();

    ok(sizeof(export_json_t) <= 6144, "a reader is %zu bytes",
       sizeof(export_json_t));

    test_differences(argc > 1 ? (unsigned) atoi(argv[1]) : 20000);

    return done_testing();
}
