
/*
 * Consent: explicit, positive evidence, or none.  A negative signal always
 * wins.
 */


#ifndef _EXPORT_CONSENT_H_INCLUDED_
#define _EXPORT_CONSENT_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_match.h"


/*
 * What one value says without the blanks around it, a bit of EXPORT_CONSENT_*.
 * The first of these rules that applies counts:
 *
 *     granted    it is one of the literal patterns
 *     denied     it is, or is a list that holds, a word that denies (denied,
 *                no, false, 0, withdrawn, ...)
 *     granted    it holds no comma, and a regex matches it
 *     invalid    it is anything else, or a pattern ran into a limit
 */

unsigned export_consent_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value);


/*
 * What two values say together where there must be exactly one: they are
 * invalid, or denied if either of them is.
 */

unsigned export_consent_repeated(unsigned one, unsigned other);


/*
 * Sec-GPC (w3c.github.io/gpc): denied if any word of the line switches the
 * signal on ("1", "1, 1", "?1", "\"1\"", "true"), 0 if there are words and all
 * switch the signal off, else invalid: a line that may be meant as a denial
 * must not pass as none.
 */

unsigned export_consent_gpc(const export_str_t *line);


/*
 * Content-Usage (draft-ietf-aipref-attach).  The labels that count are
 * train-ai, those of wider uses, and those of earlier drafts; what divides a
 * label's words does not matter.
 *
 *     denied     a label is "n" anywhere in the line, in whatever case and type
 *                ("n", ?0, (n), no)
 *     invalid    a label is neither "n" nor "y", a label with one edit is not
 *                "y", or the line is no dictionary
 *     0          otherwise
 *
 * This is stricter than the draft, where the last of several values counts and
 * a value of the wrong type says nothing: an appended "train-ai=y" must not
 * hide an "n".
 */

unsigned export_consent_usage(const export_str_t *line);


#endif /* _EXPORT_CONSENT_H_INCLUDED_ */
