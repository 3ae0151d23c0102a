
/*
 * The reader of untrusted MMDB files: its decoder, value by value, and what it
 * refuses to open.  Whole files, hostile ones too, are tried by geo.c.
 */


#define _GNU_SOURCE

#include "tap.h"
#include "pool.h"

#include <sys/stat.h>

#include "../../module/place/export_mmdb.c"


typedef struct {
    const char  *name;
    const char  *data;
    size_t       len;
    int          rc;
    size_t       values;
} value_t;

#define VALUE(name, data, rc, n)  { name, data, sizeof(data) - 1, rc, n }


static const value_t  values[] = {
    VALUE("an empty string", "\x40", EXPORT_OK, 1),
    VALUE("a string", "\x42GB", EXPORT_OK, 1),
    VALUE("a string cut short", "\x42G", EXPORT_ERROR, 0),
    VALUE("a string of 29 bytes",
          "\x5d\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", EXPORT_OK, 1),
    VALUE("a long string's length cut short", "\x5e\0", EXPORT_ERROR, 0),
    VALUE("a double", "\x68" "12345678", EXPORT_OK, 1),
    VALUE("a double of 7 bytes", "\x67" "1234567", EXPORT_ERROR, 0),
    VALUE("a number of 16 bits", "\xa2\1\2", EXPORT_OK, 1),
    VALUE("a number of 16 bits with 3 bytes", "\xa3\1\2\3", EXPORT_ERROR,
          0),
    VALUE("a number of 32 bits", "\xc4\1\2\3\4", EXPORT_OK, 1),
    VALUE("a number of 64 bits", "\x08\2" "12345678", EXPORT_OK, 1),
    VALUE("a number of 128 bits with 17 bytes", "\x11\3" "1234567812345678"
          "9", EXPORT_ERROR, 0),
    VALUE("true", "\1\7", EXPORT_OK, 1),
    VALUE("a boolean of two", "\2\7", EXPORT_ERROR, 0),
    VALUE("a float", "\4\x08" "1234", EXPORT_OK, 1),
    VALUE("a container", "\0\5", EXPORT_ERROR, 0),
    VALUE("an end marker", "\0\6", EXPORT_ERROR, 0),
    VALUE("a type that is none", "\0\x09", EXPORT_ERROR, 0),
    VALUE("an empty map", "\xe0", EXPORT_OK, 1),
    VALUE("a map", "\xe1\x41x\x41y", EXPORT_OK, 3),
    VALUE("a map with a number as its key", "\xe1\xa1\1\x41y",
          EXPORT_ERROR, 0),
    VALUE("a map cut short", "\xe1\x41x", EXPORT_ERROR, 0),
    VALUE("an array", "\2\4\x41x\xa1\1", EXPORT_OK, 3),
    VALUE("a pointer to a string", "\x20\2\x41x", EXPORT_OK, 1),
    VALUE("a pointer to itself", "\x20\0", EXPORT_ERROR, 0),
    VALUE("a pointer to a pointer", "\x20\2\x20\4\x41x", EXPORT_ERROR,
          0),
    VALUE("a pointer past the end", "\x20\x7f", EXPORT_ERROR, 0),
    VALUE("a pointer of four bytes", "\x38\0\0\0\5\x41x", EXPORT_OK, 1),
    VALUE("a map that holds itself", "\xe1\x41x\x20\0", EXPORT_ERROR, 0),
    VALUE("nothing", "", EXPORT_ERROR, 0),
};


static void
test_values(void)
{
    int                     rc;
    size_t                  i, n;
    u_char                 *p;
    export_mmdb_section_t   section;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        p = guard_copy(values[i].data, values[i].len);
        section.data = p;
        section.size = (uint32_t) values[i].len;

        rc = export_mmdb_check_value(&section, 0, &n);

        ok(rc == values[i].rc && (rc != EXPORT_OK || n == values[i].values),
           "%s", values[i].name);

        guard_free(p, values[i].len);
    }
}


/* arrays, each with one more in it, around an empty map */

static void
test_depth(void)
{
    size_t                  n, depth;
    u_char                  data[2 * EXPORT_MMDB_MAX_DEPTH];
    export_mmdb_section_t   section;

    for (depth = 0; depth < EXPORT_MMDB_MAX_DEPTH; depth++) {
        data[2 * depth] = 1;
        data[2 * depth + 1] = 4;
    }

    section.data = data;

    for (depth = EXPORT_MMDB_MAX_DEPTH - 3; depth < EXPORT_MMDB_MAX_DEPTH;
         depth++)
    {
        data[2 * depth] = 0xe0;
        section.size = (uint32_t) (2 * depth + 1);

        is_int(export_mmdb_check_value(&section, 0, &n),
               depth + 1 < EXPORT_MMDB_MAX_DEPTH ? EXPORT_OK : EXPORT_ERROR,
               "a map in %zu arrays", depth);

        data[2 * depth] = 1;
    }
}


/* an array of pointers to one array of pointers, and so on */

static void
test_number(void)
{
    size_t                  n;
    u_char                  data[2 * 64 * 4];
    export_mmdb_section_t   section;

    for (n = 0; n < sizeof(data); n += 2) {
        data[n] = 0x20 | (u_char) (((n / 128 + 1) * 128) >> 8);
        data[n + 1] = (u_char) ((n / 128 + 1) * 128);
    }

    for (n = 0; n < sizeof(data); n += 128) {
        data[n] = 29;                   /* an array of 29 members and 33 */
        data[n + 1] = 4;
        data[n + 2] = 33;
        data[n + 3] = 0x40;
    }

    section.data = data;
    section.size = sizeof(data);

    is_int(export_mmdb_check_value(&section, 0, &n), EXPORT_ERROR,
           "members that are shared count each time");
}


static void
is_refused(const char *file, const char *text)
{
    const char     *error;
    export_mmdb_t  *mmdb;

    error = "";
    mmdb = export_mmdb_open(file, &error);

    ok(strcmp(error, text) == 0, "%s %s", file, error);
    ok(mmdb == NULL, "and nothing is returned");

    export_mmdb_close(mmdb);
}


static void
test_open(void)
{
    char  dir[] = "/tmp/mmdb-XXXXXX", name[sizeof(dir) + 5];

    is_refused("/nonexistent", "cannot be opened");
    is_refused("/tmp", "is not a regular file");
    is_refused("/dev/null", "is not a regular file");

    if (mkdtemp(dir) == NULL) {
        perror(dir);
        exit(2);
    }

    (void) snprintf(name, sizeof(name), "%s/fifo", dir);

    if (mkfifo(name, 0600) == -1) {
        perror(name);
        exit(2);
    }

    is_refused(name, "is not a regular file");

    unlink(name);
    rmdir(dir);

    export_mmdb_close(NULL);
}


/* the decoder at the end of readable memory, whole and cut anywhere */

static void
test_decoder(void)
{
    int                    fine;
    size_t                 i, n, values;
    u_char                *p;
    export_mmdb_section_t  section;

    static const char  record[] =
        "\xe3\x47" "country\xe1\x48iso_code\x42GB"
        "\x41x\x5d\x03........ ........ ........ ......"
        "\x41y\x02\x04\x08\x08\x3f\x80\0\0\x20\x01";

    for (n = 0, fine = 0; n < sizeof(record); n++) {
        p = guard_copy(record, n);
        section.data = p;
        section.size = (uint32_t) n;

        fine += export_mmdb_check_value(&section, 0, &values) == EXPORT_OK;

        guard_free(p, n);
    }

    is_int(fine, 0, "no part of a record passes for the whole");

    for (n = 0; n < 4000; n++) {
        u_char  data[64];

        for (i = 0; i < sizeof(data); i++) {
            data[i] = (u_char) draw(256);
        }

        p = guard_copy(data, n % 64);
        section.data = p;
        section.size = (uint32_t) (n % 64);

        (void) export_mmdb_check_value(&section, draw(80), &values);

        guard_free(p, n % 64);
    }

    ok(1, "random records are within bounds");
}


int
main(void)
{
    test_values();
    test_depth();
    test_number();
    test_open();
    test_decoder();

    return done_testing();
}
