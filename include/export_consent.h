
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
 * What one trimmed value says, a bit of EXPORT_CONSENT_*, the first of
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
 * What two values for the same thing say together: there must be exactly one,
 * so that two are invalid, or denied if either is.
 */

unsigned export_consent_repeated(unsigned one, unsigned other);


/*
 * Sec-GPC (w3c.github.io/gpc): denied if any word of the line switches it on
 * ("1", "1, 1", "?1", "\"1\"", "true"), 0 if all switch it off or the line is
 * blank, else invalid: what is not clearly no denial grants nothing.
 */

unsigned export_consent_gpc(const export_str_t *line);


/*
 * Content-Usage (draft-ietf-aipref-attach): denied if train-ai, or a label
 * that contains it or once stood for it, is "n" anywhere in the line, in
 * whatever case and type ("n", ?0, (n), no); invalid if it is anything but
 * "n" or "y", if a label that is one of them but for one edit is not "y", or if
 * the line is no dictionary; else 0.  What divides a label's words does not
 * matter.  Stricter than the draft, where the last of several counts and what
 * has the wrong type is unknown: an appended "train-ai=y" must not hide an "n".
 */

unsigned export_consent_usage(const export_str_t *line);


#endif /* _EXPORT_CONSENT_H_INCLUDED_ */
