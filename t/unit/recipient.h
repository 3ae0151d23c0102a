
/*
 * What tests of recipients share: one request, tried against a set of rules.
 */


#ifndef _RECIPIENT_H_INCLUDED_
#define _RECIPIENT_H_INCLUDED_


#include <stdlib.h>

#include "export_recipient.h"


/*
 * "asks" has all but the name and the buffer, which is of exactly the size that
 * the contract wants: ASan sees a byte too much.  "also" is one more path, or
 * NULL.
 */

static inline void
recipient_search(export_recipient_asks_t *asks, const export_str_t *host,
    const export_recipient_paths_t *paths, const export_str_t *also)
{
    size_t                     i, longest;
    export_hosts_name_t        name;
    export_recipient_search_t  search;

    const export_str_t *const  path[] = {
        &paths->wire, &paths->sent, &paths->routed, &paths->rest, also
    };

    export_hosts_name(&name, host);

    for (longest = 0, i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
        if (path[i] && path[i]->len > longest) {
            longest = path[i]->len;
        }
    }

    asks->name = &name;
    asks->buf = malloc(host->len + longest);

    memset(&search, 0xa5, sizeof(search));

    export_recipient_search(&search, asks, paths);

    if (also) {
        export_recipient_path(&search, also);
    }

    free(asks->buf);
}


#endif /* _RECIPIENT_H_INCLUDED_ */
