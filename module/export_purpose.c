
#include "export_purpose.h"
#include "export_bytes.h"
#include "export_list.h"


static int export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s,
    export_facts_t *facts);
static EXPORT_RARE void export_purpose_items(const export_match_t *patterns,
    unsigned n, export_match_scratch_t *scratch, export_str_t rest,
    export_facts_t *facts);
static int export_purpose_unreadable(const export_str_t *value);


void
export_purpose_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts)
{
    export_str_t  all;

    all = export_str_trim(*value);

    if (all.len == 0) {
        return;
    }

    facts->purpose |= EXPORT_PURPOSE_OTHER;

    if (export_purpose_match(patterns, n, scratch, &all, facts)) {
        return;
    }

    /* one plain word is readable, and the only item */

    if (export_bytes(&all) & ~(EXPORT_BYTES_NAME|EXPORT_BYTES_UPPER)) {
        export_purpose_items(patterns, n, scratch, all, facts);
    }
}


static EXPORT_RARE void
export_purpose_items(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, export_str_t rest, export_facts_t *facts)
{
    unsigned      open;
    export_str_t  item;

    if (export_purpose_unreadable(&rest)) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }

    open = 0;

    while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {
        if (export_purpose_match(patterns, n, scratch, &item, facts)) {
            return;
        }
    }

    if (open) {
        facts->purpose |= EXPORT_PURPOSE_MALFORMED;
    }
}


static int
export_purpose_match(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *s,
    export_facts_t *facts)
{
    int       rc;
    unsigned  i;

    for (i = 0; i < n; i++) {
        rc = export_match(&patterns[i], scratch, s);

        if (rc == EXPORT_OK) {
            facts->purpose |= EXPORT_PURPOSE_TRAINING;
            return 1;
        }

        if (rc == EXPORT_ERROR) {
            facts->error = 1;
            return 1;
        }
    }

    return 0;
}


static int
export_purpose_unreadable(const export_str_t *value)
{
    u_char    c, next;
    size_t    i;
    unsigned  encoded;

    encoded = 0;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];
        next = i + 1 < value->len ? value->data[i + 1] : 0;

        if ((c < ' ' && c != '\t') || c >= 0x7f || c == '\\'
            || (c == '?' && next == '=' && encoded))
        {
            return 1;
        }

        /* "=?=" is not both ends of an encoded word */

        if (c == '=' && next == '?' && !encoded) {
            encoded = 1;
            i++;
        }
    }

    return 0;
}
