
/* Link with -lisal, and with -lz: compressed bodies are made by another
   implementation. */

#include <zlib.h>

#include "tap.h"

#include "../../module/body/export_body.c"

#include "reader.h"


#define T         EXPORT_PURPOSE_TRAINING
#define O         EXPORT_PURPOSE_OTHER
#define M         EXPORT_PURPOSE_MALFORMED
#define DATA      EXPORT_PURPOSE_DATA
#define CONTROL   EXPORT_PURPOSE_CONTROL

#define G         EXPORT_CONSENT_GRANTED

#define WHY(r)    (1u << EXPORT_REASON_##r)
#define MISSING   WHY(CONSENT_MISSING)
#define NOBODY    WHY(SUBJECT_MISSING)
#define SPOILT    WHY(SUBJECT_MALFORMED)
#define NOWHERE   WHY(LOCATION_UNKNOWN)
#define REFUSED   WHY(CONSENT_DENIED)

#define RULES     8
#define BODY_MAX  (4 * 1024 * 1024)
#define UNREAD    16384
#define GLUE      700           /* bytes of a request beside these */
#define WHOLE     2048          /* bytes up to which every split is tried */
#define SPLITS    200           /* of longer ones */


/* rules: purpose, subject "country" and "ip", consent; or marks; or both */

typedef enum {
    ALL = 0,
    PURPOSE,
    SUBJECT,
    MARKS,
    BOTH,

    SETS
} set_e;


typedef struct {
    export_body_e   state;
    unsigned        purpose;
    unsigned        n;
    unsigned        subjects;
    unsigned        refused;
    unsigned        consented;
    uint32_t        reasons;
} want_t;

#define W(s, ...)  { EXPORT_BODY_##s, __VA_ARGS__ }
#define NONE       0, 0, 0, 0, 0


typedef struct {
    const char  *name;
    set_e        set;
    const char  *type;
    const char  *encoding;
    const char  *body;
    size_t       len;
    want_t       want;
} case_t;

#define B(s)   s, sizeof(s) - 1


/* how a body is made from another */

typedef enum {
    PLAIN = 0,
    GZIP,
    ZLIB,
    RAW,
    MEMBERS,                    /* gzip, a member each half */
    CUT,                        /* gzip, without its last byte */
    SHORT,                      /* gzip, its first half */
    CRC,                        /* gzip, a bit of the CRC flipped */
    FLIPPED,                    /* gzip, a bit in the middle flipped */
    TAIL,                       /* gzip, and a byte */
    TWICE,                      /* gzip of gzip */
    CHUNKED,                    /* aws-chunked */
    CHUNKED_GZIP,
    CHUNKED_CUT                 /* without its last chunk */
} make_e;


typedef struct {
    const char  *name;
    make_e       make;
    const char  *type;
    const char  *encoding;
    const char  *body;
    size_t       len;
    want_t       want;
} made_t;


/* a part: "PART(headers) data", between boundaries */

#define FORM_TYPE    "multipart/form-data; boundary=B"
#define MIXED_TYPE   "multipart/mixed; boundary=B"
#define FORM         "Content-Disposition: form-data; name="
#define FIELD(n, v)  "--B\r\n" FORM "\"" n "\"\r\n\r\n" v "\r\n"
#define HEADED(n, h, v)                                                       \
    "--B\r\n" FORM "\"" n "\"\r\n" h "\r\n\r\n" v "\r\n"
#define FILE_(f, v)                                                           \
    "--B\r\n" FORM "\"file\"; filename=\"" f "\"\r\n\r\n" v "\r\n"
#define TYPED(f, t, v)                                                        \
    "--B\r\n" FORM "\"file\"; filename=\"" f "\"\r\nContent-Type: " t         \
    "\r\n\r\n" v "\r\n"
#define LAST         "--B--\r\n"

#define GB           "{\"country\":\"GB\"}"
#define US           "{\"country\":\"US\"}"
#define OCTETS       "application/octet-stream"
#define URLENCODED   "application/x-www-form-urlencoded"
#define JSON_TYPE    "Content-Type: application/json"


static const case_t  cases[] = {

    /* JSON */

    { "an object", ALL, "application/json", "", B(US),
      W(READ, 0, 1, 1, 0, 0, 0) },
    { "a protected object", ALL, "application/json", "", B(GB),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "an array", ALL, "application/json; charset=utf-8", "identity",
      B("[" US ",\n" GB "," US "]"), W(READ, 0, 3, 3, 1, 0, MISSING) },
    { "an empty array", ALL, "application/json", "", B("[]"),
      W(READ, 0, NONE) },
    { "records of other types", ALL, "application/json", "",
      B("[1, \"a\", null]"), W(READ, 0, 3, 0, 3, 0, NOBODY) },
    { "a purpose", ALL, "application/json", "",
      B("{\"purpose\":\"fine-tune\",\"data\":[" GB "," US "]}"),
      W(READ, T|O, 1, 2, 1, 0, MISSING) },
    { "a purpose, deep", ALL, "application/json", "",
      B("{\"a\":[{\"b\":{\"purpose\":\"AI-training\"}}]}"),
      W(READ, T|O, 1, 0, 1, 0, NOBODY) },
    { "another purpose, at the end", ALL, "application/json", "",
      B("{\"country\":\"GB\",\"purpose\":\"assistants\"}"),
      W(READ, O, 1, 1, 1, 0, MISSING) },
    { "a purpose, escaped", ALL, "application/json", "",
      B("{\"p\\u0075rpose\":\"fine\\u002dtune\"}"),
      W(READ, T|O, 1, 0, 1, 0, NOBODY) },
    { "a purpose of another type", ALL, "application/json", "",
      B("{\"purpose\":[\"fine-tune\"]}"),
      W(READ, M, 1, 0, 1, 0, NOBODY) },
    { "consent", ALL, "application/json", "",
      B("[{\"country\":\"GB\",\"consent\":\"granted\"},"
        "{\"consent\":\"no\",\"country\":\"GB\"}]"),
      W(READ, 0, 2, 2, 1, 1, REFUSED) },
    { "an address nobody knows", ALL, "application/json", "",
      B("{\"ip\":\"81.2.69.160\"}"), W(READ, 0, 1, 1, 1, 0, NOWHERE) },
    { "a subject that is none", ALL, "application/json", "",
      B("{\"ip\":12}"), W(READ, 0, 1, 1, 1, 0, SPOILT) },
    { "a wanted name twice", ALL, "application/json", "",
      B("{\"country\":\"US\",\"country\":\"US\"}"),
      W(MALFORMED, 0, NONE) },
    { "+json", ALL, "application/vnd.api+json", "", B("[" GB "]"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "no JSON", ALL, "application/json", "", B("country=GB"),
      W(MALFORMED, 0, NONE) },
    { "lines, typed as a text", ALL, "application/json", "",
      B(GB "\n" GB "\n"), W(MALFORMED, 0, 1, 1, 1, 0, MISSING) },
    { "half a text", ALL, "application/json", "", B("[" GB ",{\"cou"),
      W(MALFORMED, 0, 1, 1, 1, 0, MISSING) },
    { "nothing", ALL, "application/json", "", B(""), W(READ, 0, NONE) },
    { "a byte order mark", ALL, "application/json", "",
      B("\xef\xbb\xbf" US), W(MALFORMED, 0, NONE) },
    { "another charset", ALL, "application/json; charset=utf-16", "", B(US),
      W(OPAQUE, 0, NONE) },

    { "lines", ALL, "application/x-ndjson", "", B(US "\n\n" GB "\r\n" US),
      W(READ, 0, 3, 3, 1, 0, MISSING) },
    { "no line", ALL, "application/jsonl", "", B(""), W(READ, 0, NONE) },
    { "an array a line", ALL, "application/jsonl", "", B("[" GB "]\n"),
      W(MALFORMED, 0, NONE) },
    { "a spoilt line", ALL, "application/x-ndjson", "",
      B(GB "\n{x}\n" GB "\n"), W(MALFORMED, 0, 1, 1, 1, 0, MISSING) },
    { "a sequence", ALL, "application/json-seq", "",
      B("\x1e" US "\n\x1e" GB "\n"), W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "a sequence by its suffix", ALL, "application/geo+json-seq", "",
      B("\x1e" GB "\n"), W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "a truncated sequence", ALL, "application/json-seq", "",
      B("\x1e" US "\n\x1e" GB), W(MALFORMED, 0, 2, 2, 1, 0, MISSING) },

    /* types that say nothing */

    { "octets, a text", ALL, OCTETS, "", B("{\n\"country\":\n\"GB\"\n}"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "octets, lines", ALL, OCTETS, "", B(US "\n" GB "\n"),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "octets, neither", ALL, OCTETS, "", B("PAR1\x15\x04\x15\x00"),
      W(FOREIGN, 0, NONE) },
    { "octets, lines and more", ALL, OCTETS, "", B(GB "\nPAR1"),
      W(OPAQUE, 0, 1, 1, 1, 0, MISSING) },
    { "text, lines", ALL, "text/plain; charset=utf-8", "", B(GB "\n"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "text", ALL, "text/plain", "", B("Dear reader,\n"),
      W(FOREIGN, 0, NONE) },
    { "no type, JSON", ALL, "", "", B("[" US "]"),
      W(READ, 0, 1, 1, 0, 0, 0) },
    { "no type, no JSON", ALL, "", "", B("purpose=fine-tune"),
      W(OPAQUE, 0, NONE) },
    { "a blank type, no JSON", ALL, " \t", "", B("x"), W(OPAQUE, 0, NONE) },
    { "no type, half a text", ALL, "", "", B(GB "\n{"),
      W(OPAQUE, 0, 1, 1, 1, 0, MISSING) },
    { "no type, no body", ALL, "", "", B(""), W(READ, 0, NONE) },

    { "foreign", ALL, "application/vnd.apache.parquet", "", B("PAR1"),
      W(FOREIGN, 0, NONE) },
    { "foreign, compressed", ALL, "image/svg+xml", "gzip", B("x"),
      W(FOREIGN, 0, NONE) },
    { "foreign, a purpose only", PURPOSE, "application/x-protobuf", "",
      B("x"), W(READ, 0, NONE) },
    { "octets, a purpose only", PURPOSE, OCTETS, "", B("PAR1"),
      W(READ, 0, NONE) },
    { "no type, a purpose only", PURPOSE, "", "", B("PAR1"),
      W(OPAQUE, 0, NONE) },
    { "a purpose only", PURPOSE, "application/json", "",
      B("[{\"purpose\":\"fine-tune\"}," GB "]"), W(READ, T|O, NONE) },
    { "opaque", ALL, "multipart/byteranges; boundary=B", "", B("--B--"),
      W(OPAQUE, 0, NONE) },
    { "a type that is none", ALL, "json", "", B(US), W(MALFORMED, 0, NONE) },
    { "two types", ALL, "application/json, text/csv", "", B(US),
      W(MALFORMED, 0, NONE) },
    { "an unknown coding", ALL, "application/json", "br", B("x"),
      W(OPAQUE, 0, NONE) },
    { "two codings", ALL, "application/json", "gzip, gzip", B("x"),
      W(OPAQUE, 0, NONE) },
    { "a coding and aws-chunked twice", ALL, "application/json",
      "aws-chunked,aws-chunked", B("0\r\n\r\n"), W(OPAQUE, 0, NONE) },
    { "not compressed at all", ALL, "application/json", "gzip", B(US),
      W(MALFORMED, 0, NONE) },

    /* CSV and forms */

    { "a table", ALL, "text/csv", "",
      B("id,country\n1,US\n2,\"GB\"\n3,US\n"),
      W(READ, 0, 3, 3, 1, 0, MISSING) },
    { "a table with a purpose", ALL, "text/csv", "",
      B("purpose,country\r\nx,US\r\nfine-tune,US\r\n"),
      W(READ, T|O, 2, 2, 0, 0, 0) },
    { "a table of nobody", ALL, "text/csv", "", B("id\n1\n"),
      W(READ, 0, 1, 0, 1, 0, NOBODY) },
    { "a ragged table", ALL, "text/csv", "", B("country,b\nGB,1\nGB\n"),
      W(MALFORMED, 0, 1, 1, 1, 0, MISSING) },
    { "a table without names", ALL, "text/csv; header=absent", "",
      B("GB\n"), W(MALFORMED, 0, NONE) },
    { "an empty table", ALL, "text/csv", "", B("country\n"),
      W(READ, 0, NONE) },

    { "a form", ALL, "application/x-www-form-urlencoded", "",
      B("purpose=fine%2Dtune&country=GB"),
      W(READ, T|O, 1, 1, 1, 0, MISSING) },
    { "a form of nobody", ALL, "application/x-www-form-urlencoded", "",
      B(""), W(READ, 0, 1, 0, 1, 0, NOBODY) },
    { "a form with a semicolon", ALL, "application/x-www-form-urlencoded",
      "", B("a=1;purpose=fine-tune&country=US"),
      W(MALFORMED, 0, 1, 1, 0, 0, 0) },
    { "a form with an escaped one", ALL, "application/x-www-form-urlencoded",
      "", B("a=1%3B&country=US"), W(READ, 0, 1, 1, 0, 0, 0) },
    { "JSON in a form", ALL, "application/x-www-form-urlencoded", "",
      B("country=US&x=" GB), W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "... lines", ALL, "application/x-www-form-urlencoded", "",
      B("country=US&x=" US "%0A" US "&y=[" US "]"),
      W(READ, 0, 4, 4, 0, 0, 0) },
    { "... of nobody", ALL, "application/x-www-form-urlencoded", "",
      B("x={\"a\":1}&y=[2]&country=US"), W(READ, 0, 1, 1, 0, 0, 0) },
    { "... that ends badly", ALL, "application/x-www-form-urlencoded", "",
      B("country=US&x=" US "]"), W(MALFORMED, 0, 1, 1, 0, 0, 0) },
    { "... that is none", ALL, "application/x-www-form-urlencoded", "",
      B("country=US&x={{a}}"), W(READ, 0, 1, 1, 0, 0, 0) },
    { "a form's field deeper down", ALL, "application/x-www-form-urlencoded",
      "", B("country=US&user[country]=GB"),
      W(READ, 0, 1, 2, 1, 0, MISSING) },
    { "a form, a name twice", ALL, "application/x-www-form-urlencoded", "",
      B("country=US&country=GB"), W(MALFORMED, 0, NONE) },
    { "a form, a bad escape", ALL, "application/x-www-form-urlencoded", "",
      B("a=%zz"), W(MALFORMED, 0, NONE) },

    /* multipart forms */

    { "fields", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "fine-tune") FIELD("country", "US") LAST),
      W(READ, T|O, 1, 1, 0, 0, 0) },
    { "no field", ALL, FORM_TYPE, "", B(LAST),
      W(READ, 0, 1, 0, 1, 0, NOBODY) },
    { "other fields", ALL, FORM_TYPE, "", B(FIELD("model", "x") LAST),
      W(READ, 0, 1, 0, 1, 0, NOBODY) },
    { "a purpose before the file", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "fine-tune") TYPED("a.jsonl", OCTETS, GB "\n" US)
        LAST), W(READ, T|O, 2, 2, 1, 0, MISSING) },
    { "a purpose after the file", ALL, FORM_TYPE, "",
      B(TYPED("a.jsonl", OCTETS, GB "\n" US) FIELD("purpose", "fine-tune")
        LAST), W(READ, T|O, 2, 2, 1, 0, MISSING) },
    { "another purpose after the file", ALL, FORM_TYPE, "",
      B(TYPED("a.jsonl", OCTETS, GB "\n") FIELD("purpose", "assistants")
        LAST), W(READ, O, 1, 1, 1, 0, MISSING) },
    { "a field's subject is not the file's", ALL, FORM_TYPE, "",
      B(FIELD("country", "US") FILE_("a.jsonl", "{}\n") LAST),
      W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "a field's consent is not the file's", ALL, FORM_TYPE, "",
      B(FIELD("consent", "granted") FILE_("a.jsonl", GB "\n") LAST),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "a field's consent is the form's", ALL, FORM_TYPE, "",
      B(FIELD("consent", "granted") FIELD("country", "GB") LAST),
      W(READ, 0, 1, 1, 0, 1, 0) },
    { "an empty field", ALL, FORM_TYPE, "", B(FIELD("country", "") LAST),
      W(READ, 0, 1, 1, 1, 0, NOWHERE) },
    { "a field in UTF-8", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "\xe2\x82\xac") FIELD("country", "US") LAST),
      W(READ, O|M, 1, 1, 0, 0, 0) },
    { "a field in Latin-1", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "\xe4") LAST), W(MALFORMED, 0, NONE) },
    { "a field with half a character", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "a\xe2\x82") LAST), W(MALFORMED, 0, NONE) },
    { "a wanted field twice", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "x") FIELD("purpose", "x") LAST),
      W(MALFORMED, O, NONE) },
    { "a wanted field deeper down", ALL, FORM_TYPE, "",
      B(FIELD("u[0][country]", "US") FIELD("u[1][country]", "GB") LAST),
      W(READ, 0, 1, 2, 1, 0, MISSING) },
    { "a wanted field as a file", ALL, FORM_TYPE, "",
      B("--B\r\n" FORM "\"purpose\"; filename=\"a\"\r\n\r\nx\r\n" LAST),
      W(MALFORMED, 0, NONE) },
    { "a wanted field as an empty file name", ALL, FORM_TYPE, "",
      B("--B\r\n" FORM "\"purpose\"; filename=\"\"\r\n\r\nx\r\n" LAST),
      W(MALFORMED, 0, NONE) },
    { "a wanted field in a charset", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Type: text/plain; charset=utf-16", "x")
        LAST), W(MALFORMED, 0, NONE) },
    { "a wanted field in UTF-8", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Type: text/plain; charset=UTF-8",
               "fine-tune") LAST), W(READ, T|O, 1, 0, 1, 0, NOBODY) },
    { "a wanted field in ISO 8859-1, ASCII", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Type: text/plain; charset=ISO-8859-1",
               "fine-tune") LAST), W(READ, T|O, 1, 0, 1, 0, NOBODY) },
    { "... and not ASCII", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Type: text/plain; charset=ISO-8859-1",
               "\xe4") LAST), W(MALFORMED, 0, NONE) },
    { "another field in ISO 8859-1, ASCII", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Type: text/plain; charset=iso-8859-1", "a")
        FIELD("country", "US") LAST), W(READ, 0, 1, 1, 0, 0, 0) },
    { "... and not ASCII", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Type: text/plain; charset=iso-8859-1",
               "\xe4") FIELD("country", "US") LAST),
      W(FOREIGN, 0, 1, 1, 0, 0, 0) },
    { "... and JSON", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Type: text/plain; charset=iso-8859-1",
               "{\"a\":\"\xe4\",\"country\":\"GB\"}")
        FIELD("country", "US") LAST), W(MALFORMED, 0, NONE) },
    { "a wanted field as JSON", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Type: application/json", "\"x\"") LAST),
      W(MALFORMED, 0, NONE) },
    { "a wanted field in base64", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Transfer-Encoding: base64",
               "ZmluZS10dW5l") LAST), W(MALFORMED, 0, NONE) },
    { "a wanted field, compressed", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Encoding: gzip", "x") LAST),
      W(MALFORMED, 0, NONE) },
    { "a wanted field as 8bit", ALL, FORM_TYPE, "",
      B(HEADED("purpose", "Content-Transfer-Encoding: 8bit", "fine-tune")
        LAST), W(READ, T|O, 1, 0, 1, 0, NOBODY) },
    { "a charset for all fields", ALL, FORM_TYPE, "",
      B(FIELD("_charset_", "utf-8") FIELD("country", "US") LAST),
      W(MALFORMED, 0, NONE) },
    { "a charset for all fields, in other letters", ALL, FORM_TYPE, "",
      B(FIELD("country", "US") FIELD("_Charset_", "utf-16") LAST),
      W(MALFORMED, 0, NONE) },

    { "a file without a type", ALL, FORM_TYPE, "",
      B(FILE_("a", "{\"country\":\n\"GB\"}") LAST),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "a binary file without a type", ALL, FORM_TYPE, "",
      B(FILE_("a", "PAR1") LAST), W(FOREIGN, 0, NONE) },
    { "a binary file", ALL, FORM_TYPE, "",
      B(TYPED("a.bin", OCTETS, "\x00\xff\x01\r\n--A") LAST),
      W(FOREIGN, 0, NONE) },
    { "a binary file between others", ALL, FORM_TYPE, "",
      B(FILE_("a.jsonl", GB) TYPED("b", OCTETS, "PAR1")
        FILE_("c.jsonl", GB) LAST),
      W(FOREIGN, 0, 2, 2, 2, 0, MISSING) },
    { "an image", ALL, FORM_TYPE, "", B(TYPED("a.png", "image/png", "x")
      LAST), W(FOREIGN, 0, NONE) },
    { "an image, a purpose only", PURPOSE, FORM_TYPE, "",
      B(TYPED("a.png", "image/png", "x") FIELD("purpose", "fine-tune") LAST),
      W(READ, T|O, NONE) },
    { ".csv", ALL, FORM_TYPE, "",
      B(FILE_("a.CSV", "country\nGB\n") LAST),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { ".csv of octets", ALL, FORM_TYPE, "",
      B(TYPED("a.csv", OCTETS, "country\nUS\nGB") LAST),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { ".csv, ragged", ALL, FORM_TYPE, "", B(FILE_("a.csv", "a\n1,2\n") LAST),
      W(MALFORMED, 0, NONE) },
    { ".jsonl", ALL, FORM_TYPE, "", B(FILE_("a.jsonl", GB "\n" GB) LAST),
      W(READ, 0, 2, 2, 2, 0, MISSING) },
    { ".jsonl that is none", ALL, FORM_TYPE, "",
      B(FILE_("a.jsonl", "PAR1") LAST), W(MALFORMED, 0, NONE) },
    { ".json", ALL, FORM_TYPE, "", B(FILE_("a.json", "[" GB ",\n" US "]")
      LAST), W(READ, 0, 2, 2, 1, 0, MISSING) },
    { ".json with lines", ALL, FORM_TYPE, "",
      B(FILE_("a.json", US "\n" GB "\n") LAST),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "a type before a name", ALL, FORM_TYPE, "",
      B(TYPED("a.csv", "application/json", GB) LAST),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "a typed file that is another", ALL, FORM_TYPE, "",
      B(TYPED("a.json", "application/json", "country\nGB\n") LAST),
      W(MALFORMED, 0, NONE) },
    { "a file of a type that is none", ALL, FORM_TYPE, "",
      B(TYPED("a", "x", "y") LAST), W(MALFORMED, 0, NONE) },
    { "a file in base64", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Transfer-Encoding: base64\r\n"
               "Content-Type: application/json", "e30=") LAST),
      W(OPAQUE, 0, NONE) },
    { "another field in base64", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Transfer-Encoding: base64", "e30=")
        FIELD("country", "US") LAST), W(OPAQUE, 0, 1, 1, 0, 0, 0) },
    { "a file framed as a body is", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Encoding: aws-chunked\r\n"
               "Content-Type: application/json", "0\r\n\r\n") LAST),
      W(OPAQUE, 0, NONE) },
    { "a JSON field", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Type: application/json", GB) LAST),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "no end", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "fine-tune") FIELD("country", "US")),
      W(MALFORMED, T|O, NONE) },
    { "no form", ALL, FORM_TYPE, "", B("purpose=fine-tune"),
      W(MALFORMED, 0, NONE) },
    { "no boundary", ALL, "multipart/form-data", "", B(LAST),
      W(MALFORMED, 0, NONE) },

    /* a record that a guess was wrong about leaves nothing behind */

    { "half a record before another file", ALL, FORM_TYPE, "",
      B(TYPED("a", OCTETS, "{\"country\":\"GB\",\"consent\":\"no\",x")
        FILE_("b.jsonl", "{}") LAST),
      W(FOREIGN, 0, 1, 0, 1, 0, NOBODY) },

    /* other multiparts */

    { "mixed", ALL, MIXED_TYPE, "",
      B("--B\r\nContent-Type: application/json\r\n\r\n" GB "\r\n"
        "--B\r\nContent-Type: text/csv\r\n\r\ncountry\nUS\r\n" LAST),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "mixed, without headers", ALL, MIXED_TYPE, "",
      B("--B\r\n\r\n" GB "\r\n" LAST), W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "mixed, without parts", ALL, MIXED_TYPE, "", B(LAST),
      W(READ, 0, 1, 0, 1, 0, NOBODY) },
    { "related", ALL, "multipart/related; boundary=B", "",
      B("--B\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{}\r\n"
        "--B\r\nContent-Type: application/octet-stream\r\n\r\n" GB "\r\n"
        LAST), W(READ, 0, 1, 1, 1, 0, MISSING) },

    /* metadata beside files */

    { "metadata", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "{\"a\":{\"b\":[1,\"c\"]}}")
        FILE_("a.jsonl", US) LAST), W(READ, 0, 1, 1, 0, 0, 0) },
    { "... behind the file", ALL, FORM_TYPE, "",
      B(FILE_("a.jsonl", US) HEADED("m", JSON_TYPE, "{\"a\":1}")
        HEADED("n", JSON_TYPE, "{}") LAST), W(READ, 0, 1, 1, 0, 0, 0) },
    { "... alone", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "{\"a\":1}") HEADED("n", JSON_TYPE, "{}")
        LAST), W(READ, 0, 2, 0, 2, 0, NOBODY) },
    { "... beside a file of nobody", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "{\"a\":1}") FILE_("a.jsonl", "") LAST),
      W(READ, 0, 1, 0, 1, 0, NOBODY) },
    { "... with an array of objects", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "{\"a\":[1,{\"b\":1}]}")
        FILE_("a.jsonl", US) LAST), W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "... an array itself", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "[{}]") FILE_("a.jsonl", US) LAST),
      W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "... a file", ALL, FORM_TYPE, "",
      B(TYPED("m", "application/json", "{\"a\":1}") FILE_("a.jsonl", US)
        LAST), W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "... lines", ALL, FORM_TYPE, "",
      B(HEADED("m", "Content-Type: application/jsonl", "{\"a\":1}")
        FILE_("a.jsonl", US) LAST), W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "... with somebody in it", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, GB) HEADED("n", JSON_TYPE, "{}")
        FILE_("a.jsonl", US) LAST), W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "... that denies consent", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "{\"consent\":\"no\"}")
        FILE_("a.jsonl", US) LAST), W(READ, 0, 2, 1, 1, 0, REFUSED) },
    { "... covers no other file", ALL, FORM_TYPE, "",
      B(HEADED("m", JSON_TYPE, "{}") FILE_("a.jsonl", US)
        FILE_("b.jsonl", "{}") LAST), W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "related, only the first part", ALL, "multipart/related; boundary=B",
      "", B("--B\r\nContent-Type: application/json\r\n\r\n" US "\r\n"
            "--B\r\nContent-Type: application/json\r\n\r\n{}\r\n" LAST),
      W(READ, 0, 2, 1, 1, 0, NOBODY) },

    /* what contradicts its type */

    { "a form: JSON", ALL, URLENCODED, "", B(GB), W(MALFORMED, 0, NONE) },
    { "a form: lines", ALL, URLENCODED, "", B("\n" GB "\n" GB "\n"),
      W(MALFORMED, 0, NONE) },
    { "a form: a table", ALL, URLENCODED, "", B("id,country\n1,GB\n"),
      W(MALFORMED, 0, NONE) },
    { "a form: JSON as it is", ALL, URLENCODED, "",
      B("x={\"a\":\"b&c\",\"country\":\"GB\"}"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "a form: JSON of somebody, escaped", ALL, URLENCODED, "",
      B("x=%7B%22country%22:%22US%22%7D&y=[{\"country\":\"US\"}]"),
      W(READ, 0, 2, 2, 0, 0, 0) },
    { "a form: JSON of somebody and of nobody", ALL, URLENCODED, "",
      B("x={\"country\":\"US\"}&y={\"a\":1}"),
      W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "a form: the same in one field", ALL, URLENCODED, "",
      B("x=[{\"country\":\"US\"},{\"a\":1}]"),
      W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "a form: JSON of somebody, and text", ALL, URLENCODED, "",
      B("x={\"country\":\"US\"}&y=text"),
      W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "a form: JSON of somebody, and a name", ALL, URLENCODED, "",
      B("x={\"country\":\"US\"}&y"), W(READ, 0, 2, 1, 1, 0, NOBODY) },
    { "an image: JSON", ALL, "image/png", "", B(GB), W(MALFORMED, 0, NONE) },
    { "XML: JSON, after a mark", ALL, "application/xml", "",
      B("\xef\xbb\xbf\n" GB), W(MALFORMED, 0, NONE) },
    { "a script: JSON of others", ALL, "application/javascript", "",
      B("{country:'GB'}"), W(MALFORMED, 0, NONE) },
    { "a script: none", ALL, "application/javascript", "",
      B("f({country:'GB'})"), W(FOREIGN, 0, NONE) },
    { "an image, a purpose only", PURPOSE, "image/png", "",
      B("{\"purpose\":\"fine-tune\"}"), W(MALFORMED, 0, NONE) },
    { "a table: JSON", ALL, "text/csv", "", B("{'country':'GB'}\n"),
      W(MALFORMED, 0, NONE) },
    { "text: JSON of others", PURPOSE, "text/plain", "",
      B("[NaN,{\"purpose\":\"fine-tune\"}]"), W(OPAQUE, 0, NONE) },
    { "text: a sequence", PURPOSE, "text/plain", "",
      B("\x1e{\"purpose\":\"fine-tune\"}\n"), W(OPAQUE, 0, NONE) },
    { "text: prose", PURPOSE, "text/plain", "",
      B("[note] see {\"purpose\":1}"), W(READ, 0, NONE) },
    { "a part: JSON as an image", ALL, FORM_TYPE, "",
      B(HEADED("x", "Content-Type: image/png", GB) LAST),
      W(MALFORMED, 0, NONE) },
    { "a file: JSON as an image", ALL, FORM_TYPE, "",
      B(TYPED("x", "image/png", GB) LAST), W(FOREIGN, 0, NONE) },

    /* JSON that others accept */

    { "aside: NaN", ALL, FORM_TYPE, "",
      B(FIELD("x", "{\"a\":NaN,\"country\":\"GB\"}") FILE_("a.jsonl", US)
        LAST), W(MALFORMED, 0, NONE) },
    { "aside: Infinity, at the end", ALL, FORM_TYPE, "",
      B(FIELD("x", "{\"a\":1,\"b\":-Infinity}") LAST),
      W(MALFORMED, 0, NONE) },
    { "aside: half a pair", ALL, FORM_TYPE, "",
      B(FIELD("x", "{\"a\":\"\\ud83d\",\"country\":\"GB\"}") LAST),
      W(MALFORMED, 0, NONE) },
    { "aside: a mark", ALL, FORM_TYPE, "",
      B(FIELD("x", "\xef\xbb\xbf" GB) LAST), W(MALFORMED, 0, NONE) },
    { "aside: a control character", ALL, FORM_TYPE, "",
      B(FIELD("x", "[\"\t\"," GB "]") LAST), W(MALFORMED, 0, NONE) },
    { "aside: no UTF-8", ALL, FORM_TYPE, "",
      B(FIELD("x", "[\"\xff\"," GB "]") LAST), W(MALFORMED, 0, NONE) },
    { "aside: a comma", ALL, FORM_TYPE, "",
      B(FIELD("x", "{\"a\":1,}") LAST), W(MALFORMED, 0, NONE) },
    { "aside: single quotes", ALL, URLENCODED, "",
      B("country=US&x={'country':'GB'}"), W(MALFORMED, 0, NONE) },
    { "aside: a mark, in a form", ALL, URLENCODED, "",
      B("country=US&x=%EF%BB%BF{\"country\":\"GB\"}"),
      W(MALFORMED, 0, NONE) },
    { "aside: NaN, escaped", ALL, URLENCODED, "",
      B("country=US&x=%7B%22a%22%3ANaN%7D"), W(MALFORMED, 0, NONE) },
    { "aside: a word's line", ALL, FORM_TYPE, "",
      B(FIELD("x", "null\n" GB) LAST), W(MALFORMED, 0, NONE) },
    { "aside: prose", ALL, FORM_TYPE, "",
      B(FIELD("x", "[INST] as {\"a\":1} [/INST]") FIELD("y", "{name}, hi")
        FIELD("z", "see:\n{\"a\":1}") FIELD("country", "US") LAST),
      W(READ, 0, 1, 1, 0, 0, 0) },

    { "a multipart in a form", ALL, FORM_TYPE, "",
      B(FIELD("purpose", "fine-tune")
        TYPED("m", "multipart/mixed; boundary=C",
              "--C\r\nContent-Type: application/jsonl\r\n\r\n" GB "\r\n"
              "--C\r\n\r\n" US "\r\n--C--") LAST),
      W(READ, T|O, 2, 2, 1, 0, MISSING) },
    { "a form in a form", ALL, FORM_TYPE, "",
      B(TYPED("m", "multipart/form-data; boundary=C",
              "--C\r\n" FORM "\"country\"\r\n\r\nGB\r\n--C--")
        FIELD("country", "US") LAST),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "two forms in a form", ALL, FORM_TYPE, "",
      B(TYPED("m", "multipart/form-data; boundary=C",
              "--C\r\n" FORM "\"country\"\r\n\r\nGB\r\n--C--")
        TYPED("n", "multipart/form-data; boundary=D",
              "--D\r\n" FORM "\"country\"\r\n\r\nUS\r\n--D--") LAST),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "its fields are not the outer one's", ALL, FORM_TYPE, "",
      B(FIELD("consent", "granted")
        TYPED("m", "multipart/form-data; boundary=C",
              "--C\r\n" FORM "\"country\"\r\n\r\nGB\r\n--C--") LAST),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "nested too deep", ALL, FORM_TYPE, "",
      B(TYPED("m", "multipart/mixed; boundary=C",
              "--C\r\nContent-Type: multipart/mixed; boundary=D\r\n\r\n"
              "--D\r\n\r\n" GB "\r\n--D--\r\n--C--") FIELD("country", "US")
        LAST), W(OPAQUE, 0, 1, 1, 0, 0, 0) },
    { "the same boundary inside", ALL, FORM_TYPE, "",
      B(TYPED("m", "multipart/mixed; boundary=B", LAST) LAST),
      W(MALFORMED, 0, NONE) },
    { "an inner multipart without an end", ALL, FORM_TYPE, "",
      B(TYPED("m", "multipart/mixed; boundary=C", "--C\r\n\r\n" GB) LAST),
      W(MALFORMED, 0, 1, 1, 1, 0, MISSING) },

    /* marks: "training_file" of row A, a job; "validation" of row B */

    { "marks", MARKS, "application/json", "", B("{\"training_file\":\"f\"}"),
      W(NONE, T|CONTROL, NONE) },
    { "no mark", MARKS, "application/json", "", B("{\"x\":\"f\"}"),
      W(NONE, 0, NONE) },
    { "marks in a form", MARKS, FORM_TYPE, "",
      B(FIELD("training_file", "f") LAST), W(NONE, T|CONTROL, NONE) },
    { "marks, malformed", MARKS, "application/json", "",
      B("{\"x\":\"f\""), W(NONE, T|CONTROL|DATA, NONE) },
    { "marks, opaque", MARKS, "application/json", "br", B("x"),
      W(NONE, T|CONTROL|DATA, NONE) },
    { "marks, no type", MARKS, "", "", B("x"),
      W(NONE, T|CONTROL|DATA, NONE) },
    { "marks, foreign", MARKS, "image/png", "", B("x"), W(NONE, 0, NONE) },
    { "marks, a binary file", MARKS, FORM_TYPE, "",
      B(TYPED("a", OCTETS, "PAR1") LAST), W(NONE, 0, NONE) },
    { "marks and subjects", BOTH, "application/json", "",
      B("{\"training_file\":\"f\",\"country\":\"US\"}"),
      W(READ, T|CONTROL, 1, 1, 0, 0, 0) },
    { "marks and subjects, malformed", BOTH, "application/json", "",
      B("{\"country\":\"US\"}}"),
      W(MALFORMED, T|CONTROL|DATA, 1, 1, 0, 0, 0) },
};


static const made_t  made[] = {

    { "gzip", GZIP, "application/x-ndjson", "gzip", B(US "\n" GB "\n"),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "x-gzip", GZIP, "text/csv", "X-GZip", B("country\nGB\n"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "deflate", ZLIB, "application/json", "deflate", B("[" GB "]"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "raw deflate", RAW, "application/json", "deflate", B("[" GB "]"),
      W(MALFORMED, 0, NONE) },
    { "gzip as deflate", GZIP, "application/json", "deflate", B("[" GB "]"),
      W(MALFORMED, 0, NONE) },
    { "octets", GZIP, OCTETS, "gzip", B(GB "\n"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "binary octets", GZIP, OCTETS, "gzip", B("PAR1"),
      W(FOREIGN, 0, NONE) },
    { "no type, no JSON", GZIP, "", "gzip", B("PAR1"), W(OPAQUE, 0, NONE) },
    { "two members", MEMBERS, "application/x-ndjson", "gzip",
      B(US "\n" GB "\n" GB "\n"), W(READ, 0, 3, 3, 2, 0, MISSING) },
    { "without its last byte", CUT, "application/x-ndjson", "gzip",
      B(GB "\n" GB "\n"), W(MALFORMED, 0, 2, 2, 2, 0, MISSING) },
    { "its first half", SHORT, "application/x-ndjson", "gzip", B("{}\n"),
      W(MALFORMED, 0, NONE) },
    { "a bad CRC", CRC, "application/json", "gzip", B(US),
      W(MALFORMED, 0, 1, 1, 0, 0, 0) },
    { "binary octets, a bad CRC", CRC, OCTETS, "gzip", B("PAR1"),
      W(MALFORMED, 0, NONE) },
    { "a bit of it flipped", FLIPPED, "application/json", "gzip", B(US),
      W(MALFORMED, 0, NONE) },
    { "and one byte more", TAIL, "application/json", "gzip", B(US),
      W(MALFORMED, 0, 1, 1, 0, 0, 0) },
    { "gzip of gzip", TWICE, "application/json", "gzip", B(US),
      W(MALFORMED, 0, NONE) },
    { "gzip of gzip, twice told", TWICE, "application/json", "gzip, gzip",
      B(US), W(OPAQUE, 0, NONE) },
    { "not JSON inside", GZIP, "application/json", "gzip", B("x"),
      W(MALFORMED, 0, NONE) },

    { "aws-chunked", CHUNKED, "application/x-ndjson", "aws-chunked",
      B(US "\n" GB "\n"), W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "aws-chunked, no type", CHUNKED, "", "aws-chunked", B("[" GB "]"),
      W(READ, 0, 1, 1, 1, 0, MISSING) },
    { "aws-chunked, a foreign type", CHUNKED, "image/png", "aws-chunked",
      B("x"), W(FOREIGN, 0, NONE) },
    { "aws-chunked and gzip", CHUNKED_GZIP, "application/x-ndjson",
      "aws-chunked,gzip", B(US "\n" GB "\n"),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "gzip and aws-chunked", CHUNKED_GZIP, "application/x-ndjson",
      "gzip,aws-chunked", B(US "\n" GB "\n"),
      W(READ, 0, 2, 2, 1, 0, MISSING) },
    { "aws-chunked, not gzip after all", CHUNKED, "application/x-ndjson",
      "aws-chunked, gzip", B(US "\n"), W(MALFORMED, 0, NONE) },
    { "aws-chunked without its end", CHUNKED_CUT, "application/x-ndjson",
      "aws-chunked", B(GB "\n"), W(MALFORMED, 0, 1, 1, 1, 0, MISSING) },
    { "no chunks at all", PLAIN, "application/x-ndjson", "aws-chunked",
      B(US), W(MALFORMED, 0, NONE) },
    { "aws-chunked, br", CHUNKED, "application/json", "aws-chunked,br",
      B(US), W(OPAQUE, 0, NONE) },
};


static export_jurisdictions_t    jurisdictions;
static export_match_scratch_t   *scratch;
static export_inflate_work_t    *work;
static export_atlas_t            atlas;
static export_policy_t           policy;

static export_match_t            match[4];
static export_field_rule_t       rule[SETS][RULES];
static export_field_rules_t      rules[SETS];
static const char                rows[] = "AB";

static u_char                    big[BODY_MAX], packed[BODY_MAX];
static size_t                    taken;


typedef struct {
    const char  *field;
    unsigned     sets;          /* a bit each */
    unsigned     row;
    export_field_rule_t  rule;
} rule_t;

#define IN(s)  (1u << (s))


static const rule_t  from[] = {
    { "purpose", IN(ALL)|IN(PURPOSE), 0,
      { .role = EXPORT_FIELD_PURPOSE, .patterns = match, .npatterns = 2 } },
    { "country", IN(ALL)|IN(SUBJECT)|IN(BOTH), 0,
      { .role = EXPORT_FIELD_SUBJECT, .as = EXPORT_SUBJECT_COUNTRY } },
    { "ip", IN(ALL), 0,
      { .role = EXPORT_FIELD_SUBJECT, .as = EXPORT_SUBJECT_IP } },
    { "consent", IN(ALL), 0,
      { .role = EXPORT_FIELD_CONSENT, .patterns = match + 2, .npatterns = 1,
        .number = 3 } },
    { "training_file", IN(MARKS)|IN(BOTH), 1,
      { .role = EXPORT_FIELD_MARK, .patterns = match + 3, .npatterns = 1,
        .purpose = T|CONTROL, .order = 1, .catalogue = rows } },
    { "validation", IN(MARKS)|IN(BOTH), 2,
      { .role = EXPORT_FIELD_MARK, .patterns = match + 3, .npatterns = 1,
        .purpose = T|DATA, .order = 2, .catalogue = rows } },
};


static void
build(set_e set)
{
    unsigned               i, n;
    export_str_t           s;
    export_field_rules_t  *to;
    static const unsigned  asks[] = {
        EXPORT_ASKS_PURPOSE, EXPORT_ASKS_SUBJECT, EXPORT_ASKS_CONSENT, 0
    };

    to = &rules[set];
    to->rule = rule[set];
    n = 0;

    for (i = 0; i < sizeof(from) / sizeof(rule_t); i++) {

        if (!(from[i].sets & IN(set))) {
            continue;
        }

        s = str(from[i].field);
        (void) export_field_add(&to->fields, &s);

        rule[set][n] = from[i].rule;
        rule[set][n].endpoint = from[i].row ? &rows[from[i].row - 1] : NULL;

        to->first[n] = n;
        n++;
        to->first[n] = n;
        to->asks |= asks[from[i].rule.role];
    }

    for (i = 0; i < n; i++) {
        to->first[i] = i;
    }
}


static void
prepare(void)
{
    char               error[EXPORT_MATCH_ERROR];
    unsigned           i;
    export_str_t       s;
    static const char *texts[] = {
        "fine-tune", "ai-training", "granted", "~."
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        s = str(texts[i]);

        if (export_match_compile(&match[i], &s, error) != EXPORT_OK) {
            printf("Bail out! %s\n", error);
            exit(2);
        }
    }

    for (i = 0; i < SETS; i++) {
        build(i);
    }

    export_jurisdictions_init(&jurisdictions);
    atlas.jurisdictions = &jurisdictions;

    s = str("uk");
    policy.protect = export_jurisdictions_find(&jurisdictions, &s);

    scratch = export_match_scratch_create();
    work = malloc(export_inflate_work_size());
}


/* one body: as it is, or as a request has it */

typedef struct {
    set_e                set;
    export_body_head_t   head;
    export_body_conf_t   conf;
    export_facts_t       before;
    unsigned             early;
    unsigned             incomplete;
    const u_char        *p;
    size_t               len;
} input_t;


/* what a body comes to */

typedef struct {
    export_facts_t   facts;
    int              rc;
    size_t           fed;
    unsigned         kept;      /* pieces of memory after release() */
} output_t;


static void
giving(void *data, void *p)
{
    unsigned  i, *given = data;

    for (i = 0; i < pool_n; i++) {
        *given += pool_block[i] == p;
    }
}


static void
input(input_t *in, set_e set, const char *type, const char *encoding,
    const void *p, size_t len)
{
    memset(in, 0, sizeof(input_t));

    in->set = set;
    in->head.type = str(type);
    in->head.encoding = str(encoding);
    in->head.decoded = -1;
    in->conf.limits.record = 1024 * 1024;
    in->conf.limits.depth = 64;
    in->conf.inflate.size = 1024 * 1024 * 1024;
    in->conf.inflate.ratio = 200;
    in->conf.unread = UNREAD;
    in->conf.work = work;
    in->conf.alloc = pool_alloc;
    in->conf.free = giving;
    in->p = p;
    in->len = len;
}


/*
 * Whether inflating may have failed.  What it had before it failed is then
 * handed out or not, as the cuts are, and only the outcome is the same.
 */

static int
loose(const input_t *in, const export_facts_t *facts)
{
    return in->head.encoding.len && (facts->body == EXPORT_BODY_LIMITED
                                     || facts->body == EXPORT_BODY_MALFORMED);
}


/* the inspection under test: a body, read for "in", which comes to "out" */

typedef struct {
    const input_t        *in;
    output_t             *out;
    trace_t              *trace;
    export_body_t        *body;
    export_body_conf_t    conf;
    export_inspection_t   inspection;
    unsigned              given;    /* pieces of memory, given back */
} reading_t;


static int
begin(void *data, trace_t *trace)
{
    reading_t           *r;
    const input_t       *in;
    export_body_head_t   head;

    r = data;
    in = r->in;

    memset(r->out, 0, sizeof(output_t));
    memset(&r->inspection, 0, sizeof(r->inspection));

    r->trace = trace;
    r->given = 0;
    r->out->facts = in->before;

    r->inspection.rules = &rules[in->set];
    r->inspection.policy = &policy;
    r->inspection.atlas = &atlas;
    r->inspection.scratch = scratch;
    r->inspection.facts = &r->out->facts;
    r->inspection.early = in->early & 1;

    if (in->set >= MARKS) {
        r->inspection.endpoint[0] = &rows[0];
        r->inspection.endpoint[1] = &rows[1];
        r->inspection.nendpoints = 2;
    }

    /* the head does not outlive init() */

    head = in->head;
    head.type.data = guard_copy(head.type.data, head.type.len);
    head.encoding.data = guard_copy(head.encoding.data, head.encoding.len);

    r->body = malloc(sizeof(export_body_t));
    memset(r->body, 0xa5, sizeof(export_body_t));

    r->conf = in->conf;
    r->conf.data = &r->given;

    r->out->rc = export_body_init(r->body, &r->inspection, &r->conf, &head);

    guard_free(head.type.data, head.type.len);
    guard_free(head.encoding.data, head.encoding.len);

    return r->out->rc;
}


static int
feed(void *data, const u_char *p, size_t len)
{
    reading_t  *r;

    r = data;

    r->out->rc = export_body_feed(r->body, p, len);
    r->out->fed += len;

    return r->out->rc;
}


/* what is reported: the facts, or what they come to where those may differ */

static int
end(void *data, int rc)
{
    reading_t        *r;
    export_facts_t    facts;
    export_verdict_t  verdict;

    r = data;

    if (rc == EXPORT_OK) {
        export_body_finish(r->body, !r->in->incomplete);
    }

    export_body_release(r->body);
    r->out->kept = pool_n - r->given;

    free(r->body);
    pool_free();

    facts = r->out->facts;

    if (!loose(r->in, &facts)) {
        trace_put(r->trace, &facts, sizeof(facts));
        return EXPORT_OK;
    }

    facts.hidden = 1;
    export_policy_decide(&facts, &policy, &verdict);

    trace_add(r->trace, "%d %d %d %d", facts.body, facts.error,
              verdict.decision, verdict.reason);

    return EXPORT_OK;
}


/* in pieces of that size, or all of it; returns what is reported */

static const trace_t *
run(const input_t *in, size_t step, output_t *out)
{
    reading_t       r = { .in = in, .out = out };
    reader_t        reader = { begin, feed, end, &r };
    static trace_t  trace;

    (void) reader_run(&reader, in->p, in->len, step, step, &trace);

    return &trace;
}


/* the number of cuttings that come to something else than all of it does */

static unsigned
disagree(const input_t *in)
{
    output_t   out;
    reading_t  r = { .in = in, .out = &out };
    reader_t   reader = { begin, feed, end, &r };

    return !reader_agree_in(&reader, in->p, in->len,
                            in->len <= WHOLE ? SIZE_MAX : 0,
                            in->len <= WHOLE ? 1 : SPLITS,
                            run(in, READER_WHOLE, &out));
}


static void
check(const input_t *in, const want_t *want, const char *name)
{
    output_t                 out;
    const export_records_t  *r;

    (void) run(in, READER_WHOLE, &out);
    r = &out.facts.records;

    is_int(out.facts.body, want->state, "%s", name);

    if (!loose(in, &out.facts)) {
        is_int(out.facts.purpose, want->purpose, "... the purpose");
        ok(r->n == want->n && r->subjects == want->subjects
           && r->refused == want->refused && r->consented == want->consented
           && r->reasons == want->reasons, "... %d records, %d subjects, %d "
           "refused for 0x%x, %d consented", (int) r->n, (int) r->subjects,
           (int) r->refused, r->reasons, (int) r->consented);
    }

    is_int(out.facts.error, 0, "... no failure");
    is_int(disagree(in), 0, "... however it is cut");
}


/* with zlib, in one go; "bits" as deflateInit2() has them */

static size_t
pack(const void *p, size_t len, int bits, u_char *to)
{
    z_stream  z;

    memset(&z, 0, sizeof(z));

    if (deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY)
        != Z_OK)
    {
        abort();
    }

    z.next_in = (Bytef *) p;
    z.avail_in = (uInt) len;
    z.next_out = to;
    z.avail_out = BODY_MAX / 2;

    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        abort();
    }

    deflateEnd(&z);

    return BODY_MAX / 2 - z.avail_out;
}


static size_t
frame(const u_char *p, size_t len, u_char *to, int last)
{
    size_t  half;
    u_char *at;

    half = len / 2;
    at = to;

    if (half) {
        at += sprintf((char *) at, "%zx\r\n", half);
        at = (u_char *) memcpy(at, p, half) + half;
        at += sprintf((char *) at, "\r\n");
    }

    at += sprintf((char *) at, "%zx\r\n", len - half);
    at = (u_char *) memcpy(at, p + half, len - half) + (len - half);
    at += sprintf((char *) at, "\r\n");

    if (last) {
        at += sprintf((char *) at, "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n"
                      "\r\n");
    }

    return (size_t) (at - to);
}


static size_t
make(make_e how, const char *p, size_t len, u_char *to)
{
    size_t  n;

    switch (how) {

    case PLAIN:
        memcpy(to, p, len);
        return len;

    case ZLIB:
        return pack(p, len, 15, to);

    case RAW:
        return pack(p, len, -15, to);

    case MEMBERS:
        n = pack(p, len / 2, 31, to);
        return n + pack(p + len / 2, len - len / 2, 31, to + n);

    case TWICE:
        n = pack(p, len, 31, big);
        return pack(big, n, 31, to);

    case CHUNKED:
    case CHUNKED_CUT:
        return frame((const u_char *) p, len, to, how == CHUNKED);

    case CHUNKED_GZIP:
        n = pack(p, len, 31, big);
        return frame(big, n, to, 1);

    default:
        break;
    }

    n = pack(p, len, 31, to);

    switch (how) {

    case CUT:
        return n - 1;

    case SHORT:
        return n / 2;

    case CRC:
        to[n - 8] ^= 1;
        return n;

    case FLIPPED:
        to[n / 2] ^= 0x10;
        return n;

    case TAIL:
        to[n++] = 0;
        return n;

    default:
        return n;
    }
}


static void
test_cases(void)
{
    size_t         i;
    input_t        in;
    const case_t  *c;

    for (i = 0; i < sizeof(cases) / sizeof(case_t); i++) {
        c = &cases[i];
        input(&in, c->set, c->type, c->encoding, c->body, c->len);
        check(&in, &c->want, c->name);
    }
}


static void
test_made(void)
{
    size_t         i, n;
    input_t        in;
    const made_t  *m;

    for (i = 0; i < sizeof(made) / sizeof(made_t); i++) {
        m = &made[i];
        n = make(m->make, m->body, m->len, packed);
        input(&in, ALL, m->type, m->encoding, packed, n);
        check(&in, &m->want, m->name);
    }

    /* the length that the head says */

    n = make(CHUNKED, US, sizeof(US) - 1, packed);
    input(&in, ALL, "application/json", "aws-chunked", packed, n);

    in.head.decoded = sizeof(US) - 1;
    check(&in, &(want_t) W(READ, 0, 1, 1, 0, 0, 0), "the decoded length");

    in.head.decoded = sizeof(US);
    check(&in, &(want_t) W(MALFORMED, 0, 1, 1, 0, 0, 0), "another length");

    in.head.decoded = -1;
    in.head.malformed = 1;
    check(&in, &(want_t) W(MALFORMED, 0, NONE), "a malformed head");
}


/* parts that are compressed */

static void
test_parts(void)
{
    size_t   n, k;
    input_t  in;

    n = (size_t) sprintf((char *) big, "--B\r\n" FORM "\"file\"; filename="
                         "\"a.jsonl\"\r\nContent-Encoding: gzip\r\n\r\n");
    n += pack(US "\n" GB "\n", 2 * sizeof(US), 31, big + n);
    n += (size_t) sprintf((char *) big + n, "\r\n--B\r\n" FORM "\"file\"; "
                          "filename=\"a.csv\"\r\nContent-Encoding: deflate"
                          "\r\n\r\n");
    n += pack("country\nGB\n", 11, 15, big + n);
    n += (size_t) sprintf((char *) big + n, "\r\n" LAST);

    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(READ, 0, 3, 3, 2, 0, MISSING),
          "two compressed parts");

    k = pack(big, n, 31, packed);
    input(&in, ALL, FORM_TYPE, "gzip", packed, k);
    check(&in, &(want_t) W(OPAQUE, 0, NONE),
          "compressed parts of a compressed body");

    /* one part short of its end */

    n = (size_t) sprintf((char *) big, "--B\r\n" FORM "\"file\"; filename="
                         "\"a.jsonl\"\r\nContent-Encoding: gzip\r\n\r\n");
    n += pack(GB "\n", sizeof(GB), 31, big + n) - 1;
    n += (size_t) sprintf((char *) big + n, "\r\n" LAST);

    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(MALFORMED, 0, 1, 1, 1, 0, MISSING),
          "a compressed part without its last byte");

    /* a form is compressed, one of its files is not */

    n = (size_t) sprintf((char *) big, FIELD("purpose", "fine-tune")
                         FILE_("a.jsonl", GB) LAST);
    k = pack(big, n, 31, packed);
    input(&in, ALL, FORM_TYPE, "gzip", packed, k);
    check(&in, &(want_t) W(READ, T|O, 1, 1, 1, 0, MISSING),
          "a compressed form");
}


/* what a form's other fields may take before they are data */

static void
test_rest(void)
{
    int      over;
    size_t   n;
    input_t  in;

    for (over = 0; over < 2; over++) {
        n = (size_t) sprintf((char *) big, FILE_("a.jsonl", US)
                             FIELD("model", "1234567890") "--B\r\n" FORM
                             "\"text\"\r\n\r\n");
        memset(big + n, 'x', UNREAD);
        n += (size_t) (UNREAD - 10 + over);
        n += (size_t) sprintf((char *) big + n, "\r\n" LAST);

        input(&in, ALL, FORM_TYPE, "", big, n);

        if (over) {
            check(&in, &(want_t) W(READ, 0, 2, 1, 1, 0, NOBODY),
                  "other fields, one byte more");
        } else {
            check(&in, &(want_t) W(READ, 0, 1, 1, 0, 0, 0),
                  "other fields, as long as they may be");
        }
    }

    /* a wanted value */

    for (over = 0; over < 2; over++) {
        n = (size_t) sprintf((char *) big, "--B\r\n" FORM "\"purpose\"\r\n"
                             "\r\n");
        memset(big + n, 'x', EXPORT_MAX_VALUE + 1);
        n += (size_t) (EXPORT_MAX_VALUE + over);
        n += (size_t) sprintf((char *) big + n, "\r\n" LAST);

        input(&in, ALL, FORM_TYPE, "", big, n);
        check(&in, over ? &(want_t) W(READ, M, 1, 0, 1, 0, NOBODY)
                        : &(want_t) W(READ, O, 1, 0, 1, 0, NOBODY),
              over ? "a field's value, one byte more"
                   : "a field's value, as long as it may be");
    }
}


/* forms in a form, each of which alone would be no record */

static void
test_unread_forms(void)
{
    size_t    n;
    input_t   in;
    unsigned  i, over;

    for (over = 0; over < 2; over++) {
        n = 0;

        for (i = 0; i < 8 + over; i++) {
            n += (size_t) sprintf((char *) big + n,
                     "--B\r\n" FORM "\"f\"\r\nContent-Type: "
                     "multipart/form-data; boundary=C\r\n\r\n--C\r\n"
                     FORM "\"a\"; filename=\"a.jsonl\"\r\n\r\n" US
                     "\r\n--C\r\n" FORM "\"t\"\r\n\r\n%02048u\r\n"
                     "--C--\r\n", i);
        }

        n += (size_t) sprintf((char *) big + n, LAST);

        input(&in, ALL, FORM_TYPE, "", big, n);

        if (over) {
            check(&in, &(want_t) W(READ, 0, 10, 9, 1, 0, NOBODY),
                  "forms in a form, past the allowance together");
        } else {
            check(&in, &(want_t) W(READ, 0, 8, 8, 0, 0, 0),
                  "forms in a form, at the allowance together");
        }
    }

    /* a form that is a record takes nothing of the allowance */

    n = 0;

    for (i = 0; i < 8; i++) {
        n += (size_t) sprintf((char *) big + n,
                 "--B\r\n" FORM "\"f\"\r\nContent-Type: "
                 "multipart/form-data; boundary=C\r\n\r\n"
                 "--C\r\n" FORM "\"t\"\r\n\r\n%08192u\r\n"
                 "--C\r\n" FORM "\"country\"\r\n\r\nUS\r\n"
                 "--C--\r\n", i);
    }

    n += (size_t) sprintf((char *) big + n, LAST);

    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(READ, 0, 8, 8, 0, 0, 0), "forms with subjects");
}


static size_t
headed(unsigned parts, const char *header, unsigned len)
{
    size_t    n;
    unsigned  i;

    n = 0;

    for (i = 0; i < parts; i++) {
        n += (size_t) sprintf((char *) big + n, "--B\r\n" FORM
                              "\"f\"; filename=\"a.jsonl\"\r\n%s%0*u\r\n"
                              "\r\n" US "\r\n", header, (int) len, i);
    }

    return n + (size_t) sprintf((char *) big + n, LAST);
}


static void
test_unread_headers(void)
{
    size_t   n;
    input_t  in;

    n = headed(100, "X-Note: ", 153);
    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(READ, 0, 100, 100, 0, 0, 0),
          "headers at the allowance together");

    n = headed(100, "X-Note: ", 154);
    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(LIMITED, 0, 99, 99, 0, 0, 0),
          "headers past the allowance together");

    n = headed(9, "Content-Type: text/plain; x=", 1900);
    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(LIMITED, 0, 8, 8, 0, 0, 0),
          "long parameters of types");

    n = headed(1000, "Content-Type: text/plain; x=", 10);
    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(READ, 0, 1000, 1000, 0, 0, 0),
          "usual headers, a thousand times");

    n = headed(1200, "Content-Type: text/plain; x=", 10);
    input(&in, ALL, FORM_TYPE, "", big, n);
    check(&in, &(want_t) W(LIMITED, 0, 1160, 1160, 0, 0, 0),
          "usual headers, more often");

    in.conf.unread = 1024 * 1024;
    check(&in, &(want_t) W(READ, 0, 1200, 1200, 0, 0, 0),
          "... with more allowed");
}


/* compressed parts have one allowance, too */

static void
test_unread_codings(void)
{
    size_t          n, k;
    input_t         in;
    unsigned        i, over;
    static u_char   comment[4000];

    k = pack(US "\n", sizeof(US), 31, packed);
    memset(comment, 'x', sizeof(comment));

    for (over = 0; over < 2; over++) {
        n = 0;

        for (i = 0; i < 4 + over; i++) {
            n += (size_t) sprintf((char *) big + n, "--B\r\n" FORM
                                  "\"f\"; filename=\"a.jsonl\"\r\n"
                                  "Content-Encoding: gzip\r\n\r\n");
            memcpy(big + n, packed, 10);
            big[n + 3] = 0x10;
            memcpy(big + n + 10, comment, sizeof(comment));
            n += 10 + sizeof(comment);
            big[n++] = '\0';
            memcpy(big + n, packed + 10, k - 10);
            n += k - 10;
            n += (size_t) sprintf((char *) big + n, "\r\n");
        }

        n += (size_t) sprintf((char *) big + n, LAST);

        input(&in, ALL, FORM_TYPE, "", big, n);
        check(&in, over ? &(want_t) W(LIMITED, 0, 4, 4, 0, 0, 0)
                        : &(want_t) W(READ, 0, 4, 4, 0, 0, 0),
              "comments of compressed parts");
    }
}


static void
test_limits(void)
{
    size_t   n;
    input_t  in;

    input(&in, ALL, "application/x-ndjson", "", US "\n" US "    \n" US "\n",
          3 * sizeof(US) + 4);
    in.conf.limits.record = sizeof(US) - 1;
    check(&in, &(want_t) W(READ, 0, 3, 3, 0, 0, 0), "records at the limit");

    in.conf.limits.record = sizeof(US) - 2;
    check(&in, &(want_t) W(LIMITED, 0, NONE), "records over the limit");

    input(&in, ALL, "text/csv", "", "country\nUS\nGB000000\n", 20);
    in.conf.limits.record = 7;
    check(&in, &(want_t) W(LIMITED, 0, 1, 1, 0, 0, 0), "a row over the limit");

    input(&in, ALL, "application/x-www-form-urlencoded", "", "country=GB",
          10);
    in.conf.limits.record = 9;
    check(&in, &(want_t) W(LIMITED, 0, NONE), "a form over the limit");

    input(&in, ALL, OCTETS, "", "{\"a\":\"bcdefgh\"}", 15);
    in.conf.limits.record = 8;
    check(&in, &(want_t) W(LIMITED, 0, NONE), "octets over the limit");

    input(&in, ALL, "application/json", "", "[[[" US "]]]", 22);
    in.conf.limits.depth = 4;
    check(&in, &(want_t) W(READ, 0, 1, 1, 0, 0, 0), "nested at the limit");

    in.conf.limits.depth = 3;
    check(&in, &(want_t) W(LIMITED, 0, NONE), "nested too deep");

    n = pack(US "\n" US "\n", 2 * sizeof(US), 31, packed);
    input(&in, ALL, "application/x-ndjson", "gzip", packed, n);
    in.conf.inflate.size = 2 * sizeof(US);
    check(&in, &(want_t) W(READ, 0, 2, 2, 0, 0, 0), "inflated to the limit");

    in.conf.inflate.size = 2 * sizeof(US) - 1;
    check(&in, &(want_t) W(LIMITED, 0, 2, 2, 0, 0, 0),
          "inflated past the limit");

    memset(big, ' ', 2 * EXPORT_INFLATE_FLOOR);
    memcpy(big, US "\n", sizeof(US));
    n = pack(big, 2 * EXPORT_INFLATE_FLOOR, 31, packed);
    input(&in, ALL, "application/x-ndjson", "gzip", packed, n);
    in.conf.limits.record = 4 * 1024 * 1024;
    in.conf.inflate.ratio = 20;
    check(&in, &(want_t) W(LIMITED, 0, 1, 1, 0, 0, 0),
          "inflated too well");
}


static void
test_incomplete(void)
{
    size_t         i;
    input_t        in;
    output_t       out;
    const case_t  *c;
    unsigned       wrong;

    wrong = 0;

    for (i = 0; i < sizeof(cases) / sizeof(case_t); i++) {
        c = &cases[i];
        input(&in, c->set, c->type, c->encoding, c->body, c->len);
        in.incomplete = 1;

        (void) run(&in, READER_WHOLE, &out);

        wrong += out.facts.body != (c->set == MARKS ? EXPORT_BODY_NONE
                                    : out.facts.body == EXPORT_BODY_MALFORMED
                                    ? EXPORT_BODY_MALFORMED
                                    : EXPORT_BODY_INCOMPLETE);
        wrong += c->set >= MARKS
                 && out.facts.purpose != (T|CONTROL|DATA);
        wrong += disagree(&in);
    }

    is_int(wrong, 0, "%zu bodies that did not arrive whole", i);

    /* at any byte */

    wrong = 0;
    input(&in, ALL, "application/x-ndjson", "", US "\n" GB "\n",
          2 * sizeof(US));
    in.incomplete = 1;

    for ( /* void */ ; in.len; in.len--) {
        (void) run(&in, READER_WHOLE, &out);
        wrong += out.facts.body != EXPORT_BODY_INCOMPLETE;
    }

    is_int(wrong, 0, "... or only so far");
}


/* whatever cannot be allocated, the transfer fails */

static void
test_memory(void)
{
    size_t       i, n;
    unsigned     k;
    input_t      in;
    output_t     out;

    static const struct {
        const char  *name;
        make_e       make;
        const char  *type;
        const char  *encoding;
        unsigned     allocations;
        const char  *body;
        size_t       len;
    } bodies[] = {
        { "JSON", PLAIN, "application/json", "", 1, B(US) },
        { "CSV", PLAIN, "text/csv", "", 1, B("country\nUS\n") },
        { "a form", PLAIN, "application/x-www-form-urlencoded", "", 1,
          B("a=b") },
        { "gzip", GZIP, "application/json", "gzip", 2, B(US) },
        { "aws-chunked", CHUNKED_GZIP, "application/json",
          "gzip,aws-chunked", 3, B(US) },
        { "foreign", PLAIN, "image/png", "", 1, B("x") },
        { "foreign, compressed", PLAIN, "image/png", "gzip", 2, B("x") },
        { "a form with files", PLAIN, FORM_TYPE, "", 2,
          B(FILE_("a.json", US) FILE_("b.csv", "country\nUS\n")
            FILE_("c.json", US)
            TYPED("d", "application/x-www-form-urlencoded", "a=b")
            FIELD("purpose", "x") LAST) },
        { "a multipart in a multipart", GZIP, FORM_TYPE, "gzip", 3,
          B(TYPED("m", "multipart/mixed; boundary=C",
                  "--C\r\n\r\n" US "\r\n--C--") LAST) },
    };

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        n = make(bodies[i].make, bodies[i].body, bodies[i].len, packed);
        input(&in, ALL, bodies[i].type, bodies[i].encoding, packed, n);

        for (k = 0; k < bodies[i].allocations; k++) {
            pool_limit = k;
            (void) run(&in, READER_WHOLE, &out);

            is_int(out.rc, EXPORT_ERROR, "%s, no memory the %u. time",
                   bodies[i].name, k + 1);
            is_int(out.facts.error, 1, "... is a failure");

            pool_limit = k;
            (void) run(&in, 1, &out);
            is_int(out.rc, EXPORT_ERROR, "... byte by byte too");
        }

        pool_limit = k;
        (void) run(&in, READER_WHOLE, &out);

        ok(out.rc == EXPORT_OK && out.facts.error == 0,
           "%s, memory for %u", bodies[i].name, k);
    }
}


/* reading stops when a refusal is certain, and not before */

static void
test_early(void)
{
    size_t         i, n;
    input_t        in;
    output_t       out;

    static const struct {
        const char      *name;
        const char      *type;
        const char      *encoding;
        export_facts_t   before;
        int              rc;
        size_t           fed;       /* bytes of it, if it stops */
        export_body_e    state;
        const char      *body;
        size_t           len;
    } bodies[] = {
        { "a protected record", "application/x-ndjson", "", { .purpose = T },
          EXPORT_DONE, 16, EXPORT_BODY_NONE, B(GB "\n" US "\n" "x") },
        { "a protected record, not training", "application/x-ndjson", "",
          { 0 }, EXPORT_OK, 0, EXPORT_BODY_READ, B(GB "\n" US "\n") },
        { "a protected record, granted", "application/x-ndjson", "",
          { .purpose = T, .consent = G }, EXPORT_OK, 0, EXPORT_BODY_READ,
          B(GB "\n" US "\n") },
        { "the second record", "application/x-ndjson", "", { .purpose = T },
          EXPORT_DONE, 33, EXPORT_BODY_NONE, B(US "\n" GB "\n" US "\n") },
        { "a purpose after a protected record", "application/x-ndjson", "",
          { 0 }, EXPORT_DONE, 39, EXPORT_BODY_NONE,
          B(GB "\n" "{\"purpose\":\"fine-tune\"}\n" US "\n") },
        { "training, unreadable", "application/json", "", { .purpose = T },
          EXPORT_DONE, 1, EXPORT_BODY_MALFORMED, B("x{}") },
        { "unreadable, it might be training", "application/json", "",
          { .hidden = 1 }, EXPORT_DONE, 1, EXPORT_BODY_MALFORMED, B("x{}") },
        { "unreadable, something else", "application/json", "",
          { .purpose = O }, EXPORT_OK, 0, EXPORT_BODY_MALFORMED, B("x{}") },
        { "training, of a foreign type", "image/png", "", { .purpose = T },
          EXPORT_DONE, 0, EXPORT_BODY_FOREIGN, B("x{}") },
        { "training, of an opaque one", "application/json", "br",
          { .hidden = 1 }, EXPORT_DONE, 0, EXPORT_BODY_OPAQUE, B("x{}") },
        { "a malformed type", "x", "", { .purpose = T },
          EXPORT_DONE, 0, EXPORT_BODY_MALFORMED, B("x{}") },
        { "refused before", "application/json", "",
          { .purpose = T, .declared = { .n = 1, .malformed = 1 } },
          EXPORT_DONE, 0, EXPORT_BODY_NONE, B("{}") },
        { "a form's record, at its end", FORM_TYPE, "", { .purpose = T },
          EXPORT_OK, 0, EXPORT_BODY_READ, B(FIELD("country", "GB") LAST) },
    };

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        input(&in, ALL, bodies[i].type, bodies[i].encoding, bodies[i].body,
              bodies[i].len);
        in.before = bodies[i].before;
        in.early = 1;

        (void) run(&in, 1, &out);

        is_int(out.facts.body, bodies[i].state, "early: %s", bodies[i].name);

        is_int(out.rc, bodies[i].rc, "... the result");

        if (out.rc == EXPORT_DONE) {
            is_int(out.fed, bodies[i].fed, "... after so many bytes");
            is_int(export_policy_refuses(&out.facts, &policy), 1,
                   "... which policy refuses");
        }
    }

    /* where it is inflated */

    n = make(GZIP, GB "\n" US "\n", 2 * sizeof(GB), packed);
    input(&in, ALL, "application/x-ndjson", "gzip", packed, n);
    in.before.purpose = T;
    in.early = 1;

    (void) run(&in, READER_WHOLE, &out);
    is_int(out.rc, EXPORT_DONE, "early: a compressed record");
    is_int(out.facts.records.n, 1, "... and no other");
}


/* feeding goes on after the end of interest, and changes nothing */

static void
test_stopped(void)
{
    export_body_t        body;
    export_facts_t       facts, then;
    export_body_conf_t   conf;
    export_body_head_t   head;
    export_inspection_t  inspection;
    input_t              in;

    input(&in, ALL, "application/json", "", "", 0);
    conf = in.conf;
    head = in.head;

    memset(&facts, 0, sizeof(facts));
    memset(&inspection, 0, sizeof(inspection));

    inspection.rules = &rules[ALL];
    inspection.policy = &policy;
    inspection.atlas = &atlas;
    inspection.scratch = scratch;
    inspection.facts = &facts;

    (void) export_body_init(&body, &inspection, &conf, &head);
    is_int(export_body_feed(&body, (const u_char *) "x", 1), EXPORT_OK,
           "malformed, nothing is refused");

    then = facts;
    is_int(export_body_feed(&body, (const u_char *) GB, sizeof(GB) - 1),
           EXPORT_OK, "... what follows");
    is_int(export_body_feed(&body, NULL, 0), EXPORT_OK, "... nothing at all");
    export_body_finish(&body, 1);

    ok(memcmp(&facts, &then, sizeof(facts)) == 0, "... is not looked at");
    pool_free();
}


/* a body damaged anywhere comes to the same in all cuts */

static void
test_noise(void)
{
    size_t          n, at;
    input_t         in;
    output_t        out;
    reading_t       r = { .in = &in, .out = &out };
    reader_t        reader = { begin, feed, end, &r };
    unsigned        i, k, good, byte, steps, two;
    const trace_t  *want;

    static const struct {
        make_e       make;
        const char  *type;
        const char  *encoding;
        const char  *body;
        size_t       len;
    } bodies[] = {
        { GZIP, "application/x-ndjson", "gzip",
          B(US "\n" GB "\n{\"purpose\":\"fine-tune\",\"country\":\"DE\"}\n"
            US "\n" US "\n" GB "\n") },
        { ZLIB, "application/json", "deflate",
          B("[" GB "," US ",{\"consent\":\"granted\",\"country\":\"GB\"}]") },
        { MEMBERS, OCTETS, "gzip", B(US "\n" GB "\n" GB "\n") },
        { CHUNKED_GZIP, "text/csv", "gzip,aws-chunked",
          B("country,purpose\nGB,x\nUS,fine-tune\n") },
        { PLAIN, FORM_TYPE, "",
          B(FIELD("purpose", "fine-tune") FILE_("a.csv", "country\nGB\n")
            TYPED("b", OCTETS, GB "\n" US "\n") FIELD("country", "US")
            LAST) },
        { GZIP, FORM_TYPE, "gzip",
          B(FIELD("purpose", "fine-tune")
            TYPED("m", "multipart/mixed; boundary=C",
                  "--C\r\nContent-Type: application/jsonl\r\n\r\n" GB "\r\n"
                  "--C\r\n\r\n" US "\r\n--C--") LAST) },
        { PLAIN, OCTETS, "", B(GB "\n" US "\n" US "\n") },
        { CHUNKED, "", "aws-chunked", B("[" GB "," US "]") },
    };

    good = 0;
    byte = 0;
    steps = 0;
    two = 0;

    for (i = 0; i < 3000; i++) {
        k = i % (unsigned) (sizeof(bodies) / sizeof(bodies[0]));
        n = make(bodies[k].make, bodies[k].body, bodies[k].len, packed);

        switch (draw(3)) {

        case 0:
            packed[draw((unsigned) n)] ^= (u_char) (1 << draw(8));
            break;

        case 1:
            n = draw((unsigned) n);
            break;

        default:
            at = draw((unsigned) n);
            memmove(packed + at, packed + at + 1, n - at - 1);
            n--;
        }

        input(&in, ALL, bodies[k].type, bodies[k].encoding, packed, n);
        want = run(&in, READER_WHOLE, &out);
        good += out.facts.body == EXPORT_BODY_READ;

        byte += !reader_same(&reader, packed, n, 1, 1, want);
        steps += !reader_same(&reader, packed, n, READER_CHANCE,
                              READER_CHANCE, want);

        at = 1 + (n ? draw((unsigned) n) : 0);
        two += !reader_same(&reader, packed, n, at, READER_WHOLE, want);
    }

    is_int(byte, 0, "%u damaged bodies, %u still read: the same byte by byte",
           i, good);
    is_int(steps, 0, "... at random");
    is_int(two, 0, "... and cut in two");
}


static void *
taking(void *data, size_t size)
{
    taken += size;

    return pool_alloc(data, size);
}


/* a body that needs all there is: readers, a multipart in a multipart */

static void
test_size(void)
{
    size_t    n;
    unsigned  i, coded;
    input_t   in;
    output_t  out;

    static const char  body[] =
        FIELD("purpose", "x")
        FILE_("a.json", US)
        FILE_("b.csv", "country\nUS\n")
        TYPED("c", "application/x-www-form-urlencoded", "a=b")
        TYPED("m", "multipart/form-data; boundary=C",
              "--C\r\n" FORM "\"consent\"\r\n\r\nx\r\n"
              "--C\r\n" FORM "\"f\"; filename=\"a.csv\"\r\n\r\n"
              "country\nUS\r\n"
              "--C\r\n" FORM "\"g\"\r\nContent-Type: application/json"
              "\r\n\r\n" US "\r\n--C--")
        FIELD("country", "US")
        LAST;

    for (coded = 0; coded < 2; coded++) {
        n = make(coded ? CHUNKED_GZIP : CHUNKED, B(body), packed);
        input(&in, ALL, FORM_TYPE, coded ? "aws-chunked,gzip" : "aws-chunked",
              packed, n);

        for (i = 0; i < 2; i++) {
            taken = sizeof(export_body_t) + sizeof(export_body_conf_t)
                    + sizeof(export_inspection_t) + sizeof(export_cutter_t);

            in.conf.alloc = taking;
            (void) run(&in, i ? 1 : READER_WHOLE, &out);

            is_int(out.facts.body, EXPORT_BODY_READ, "everything, read");
            is_int(out.facts.records.n, 6, "... each record");
            ok(taken <= (coded ? 65536 - GLUE : 8192 - GLUE),
               "... with %zu bytes of state", taken);
            is_int(out.kept, 0, "... which are given back");
        }
    }
}


int
main(void)
{
    unsigned  i;

    prepare();

    test_size();
    test_cases();
    test_made();
    test_parts();
    test_rest();
    test_limits();
    test_incomplete();
    test_memory();
    test_early();
    test_stopped();
    test_noise();
    test_unread_forms();
    test_unread_headers();
    test_unread_codings();

    for (i = 0; i < sizeof(match) / sizeof(match[0]); i++) {
        export_match_free(&match[i]);
    }

    export_match_scratch_free(scratch);
    free(work);

    return done_testing();
}
