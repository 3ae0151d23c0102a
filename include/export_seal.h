
/*
 * Seals: what a request says of the bytes of its body and would no longer be
 * true after a record was dropped.  A seal is a digest, a signature over a
 * digest, a length beside Content-Length, or a range.  A sealed body is not
 * redacted, since the recipient would refuse the result, or take it for
 * damaged.
 */


#ifndef _EXPORT_SEAL_H_INCLUDED_
#define _EXPORT_SEAL_H_INCLUDED_


#include "export.h"


/*
 * 1 if a header seals the body.  Most such headers have a known part in their
 * name ("Content-MD5", "x-amz-checksum-crc32", "Upload-Offset").
 * "Authorization" seals by its scheme or parameters, and
 * "x-amz-content-sha256" by any value that does not say that the payload is
 * unsigned.  ASCII case does not matter.
 */

unsigned export_seal_header(const export_str_t *name,
    const export_str_t *value);


/* 1 if the query of a signed URL seals the body. */

unsigned export_seal_args(const export_str_t *args);


#endif /* _EXPORT_SEAL_H_INCLUDED_ */
