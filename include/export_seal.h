
/*
 * Seals: what a request says of the bytes of its body that would not be true
 * any more after a record was dropped.  A digest, a signature over one, a
 * length beside Content-Length, or a range.  A sealed body is not redacted:
 * the recipient would refuse it, or take it for a damaged one.
 */


#ifndef _EXPORT_SEAL_H_INCLUDED_
#define _EXPORT_SEAL_H_INCLUDED_


#include "export.h"


/*
 * 1 if a header seals the body.  Most are told by a part of their name
 * ("Content-MD5", "x-amz-checksum-crc32", "Upload-Offset"), "Authorization" by
 * its scheme or parameters, and "x-amz-content-sha256" by any value but those
 * that say that the payload is not signed.  ASCII case does not matter.
 */

unsigned export_seal_header(const export_str_t *name,
    const export_str_t *value);


/* 1 if the query of a signed URL says such a thing of the body */

unsigned export_seal_args(const export_str_t *args);


#endif /* _EXPORT_SEAL_H_INCLUDED_ */
