
#include "tap.h"

#include "../../module/text/export_bytes.c"


static uint64_t
set_of(const char *text)
{
    uint64_t      bytes;
    export_str_t  s;

    s.len = strlen(text);
    s.data = guard_copy(text, s.len);

    bytes = export_bytes(&s);

    guard_free(s.data, s.len);

    return bytes;
}


/* every byte is in the set, and letters in both of their cases */

static void
test_set(void)
{
    unsigned  i, lower, name, none, upper;

    lower = name = none = upper = 0;

    for (i = 0; i < 256; i++) {
        none += (export_bytes_set[i] & ~EXPORT_BYTES_UPPER) == 0;
        upper += (export_bytes_set[i] & EXPORT_BYTES_UPPER) != 0;

        lower += i >= 'A' && i <= 'Z'
                 && export_bytes_set[i]
                    == (export_bytes_set[i + 'a' - 'A'] | EXPORT_BYTES_UPPER);

        name += ((export_bytes_set[i] & ~EXPORT_BYTES_NAME) == 0)
                != (i && strchr("abcdefghijklmnopqrstuvwxyz0123456789-._",
                                (int) i) != NULL);
    }

    is_int(none, 0, "each byte has a bit");
    is_int(upper, 26, "upper case is marked");
    is_int(lower, 26, "... and shares the letter's bit");
    is_int(name, 0, "a name has its own bits, and they nothing else");
}


/* what is asked for by name shares its bit with nothing */

static void
test_own(void)
{
    size_t       k;
    unsigned     i, shared, odd;
    const char  *own = "abcdefghijklmnopqrstuvwxyz0123456789-._/#%;?\\";

    shared = odd = 0;

    for (k = 0; k < strlen(own); k++) {
        for (i = 0; i < 256; i++) {
            shared += i != (unsigned) own[k] && i != (unsigned) own[k] - 32
                      && (export_bytes_set[i]
                          & export_bytes_set[(u_char) own[k]]);
        }
    }

    for (i = 0; i < 256; i++) {
        odd += ((export_bytes_set[i] & EXPORT_BYTES_ODD) != 0)
               != (i >= 0x80 || (i && strchr("#%;?\\", (int) i) != NULL));
    }

    is_int(shared, 0, "%zu bytes have a bit of their own", strlen(own));
    is_int(odd, 0, "the odd ones are five, and what is not ASCII");
}


int
main(void)
{
    test_set();
    test_own();

    ok(set_of("") == 0, "nothing is made of nothing");
    ok(set_of("a") == 1, "a letter");
    ok(set_of("aA") == (1 | EXPORT_BYTES_UPPER), "... in both cases");
    ok((set_of("api.example.com") & ~EXPORT_BYTES_NAME) == 0, "a name");
    ok((set_of("api.example.com/") & ~EXPORT_BYTES_NAME) != 0, "no name");
    ok(set_of("/v1/files") == set_of("files/1v"), "order does not matter");

    return done_testing();
}
