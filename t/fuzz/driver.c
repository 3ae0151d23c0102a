
/*
 * Runs a fuzz target without a fuzzer: on the files that are named, or on
 * inputs made of the target's words and of random bytes, from a fixed seed.
 * Prints TAP.  "make fuzz" has clang's fuzzer in the place of this file.
 */

#include "tap.h"

#include "pool.h"


#define INPUTS  20000
#define LENGTH  512


/* what a target has: words that its inputs are made of, ended by NULL */

extern const char *const  fuzz_words[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static size_t
make(unsigned char *p, unsigned nwords)
{
    size_t       n, len;
    unsigned     i, parts;
    const char  *word;

    n = 0;
    parts = draw(24);

    for (i = 0; i < parts; i++) {

        if (draw(8) == 0) {
            p[n++] = (unsigned char) draw(256);
            continue;
        }

        word = fuzz_words[draw(nwords)];
        len = strlen(word);

        if (n + len + 1 > LENGTH) {
            break;
        }

        memcpy(p + n, word, len);
        n += len;
    }

    return n;
}


static void
run(const unsigned char *p, size_t len)
{
    unsigned char  *copy;

    copy = guard_copy(p, len);
    (void) LLVMFuzzerTestOneInput(copy, len);
    guard_free(copy, len);
}


static void
run_file(const char *name)
{
    size_t                n;
    FILE                 *f;
    static unsigned char  buf[0x10000];

    f = fopen(name, "rb");

    if (ok(f != NULL, "%s", name)) {
        n = fread(buf, 1, sizeof(buf), f);
        fclose(f);
        run(buf, n);
    }
}


int
main(int argc, char **argv)
{
    int            i;
    unsigned       nwords;
    unsigned char  buf[LENGTH + 1];

    for (i = 1; i < argc; i++) {
        run_file(argv[i]);
    }

    for (nwords = 0; fuzz_words[nwords]; nwords++) { /* void */ }

    for (i = 0; argc == 1 && i < INPUTS; i++) {
        run(buf, make(buf, nwords));
    }

    ok(1, "%d inputs", i);

    return done_testing();
}
