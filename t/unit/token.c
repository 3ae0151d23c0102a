
#include "tap.h"

#include "../../module/text/export_token.c"


int
main(void)
{
    unsigned       c, failed;
    const u_char  *p, *last;
    export_str_t   token;

    failed = 0;

    for (c = 0; c < 256; c++) {
        failed += export_token_bytes[c]
                  != ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
                      || (c >= 'A' && c <= 'Z')
                      || (c && strchr("!#$%&'*+-.^_`|~", (int) c) != NULL));
    }

    is_int(failed, 0, "the bytes of a token");

    p = (const u_char *) "name=x";
    last = p + 6;
    token = export_token(&p, last);
    ok(token.len == 4 && *p == '=', "a token ends at what is none");

    token = export_token(&p, last);
    ok(token.len == 0 && *p == '=', "an empty one takes nothing");

    p++;
    token = export_token(&p, last);
    ok(token.len == 1 && p == last, "the end of the text ends one");

    return done_testing();
}
