
/*
 * Purpose: is this transfer AI training?  Any evidence from any source wins
 * over any declaration of something else.
 */


#ifndef _EXPORT_PURPOSE_H_INCLUDED_
#define _EXPORT_PURPOSE_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_match.h"


/*
 * Joins what one value says to facts->purpose.  The value is a header line, a
 * decoded argument or a field: a list of items, which may have parameters.
 * A literal pattern is compared with each item, "-", "_", "." and a blank in it
 * alike; a regex is tried on the value and on each item.  Control characters,
 * bytes that are not ASCII, encoded words (RFC 2047), %XX, backslashes (RFC
 * 9110, section 5.6.4), open quotes, and a literal with "-" or "_" as one word
 * of an item make a value malformed; what can be read of it still counts.
 */

void export_purpose_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts);


#endif /* _EXPORT_PURPOSE_H_INCLUDED_ */
