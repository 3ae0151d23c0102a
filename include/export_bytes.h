
/*
 * The set of bytes that a string is made of, as 64 bits: one look rules out a
 * pattern that needs a byte which the string lacks.  A letter has the same bit
 * in either case, and EXPORT_BYTES_UPPER says that some are in upper case.
 * Bytes that are rare in URLs share a bit.
 */


#ifndef _EXPORT_BYTES_H_INCLUDED_
#define _EXPORT_BYTES_H_INCLUDED_


#include "export.h"


#define EXPORT_BYTES_LETTERS  0x0000000003ffffffu
#define EXPORT_BYTES_DIGITS   0x0000000ffc000000u
#define EXPORT_BYTES_ALNUM    (EXPORT_BYTES_LETTERS|EXPORT_BYTES_DIGITS)
#define EXPORT_BYTES_HYPHEN   0x0000001000000000u
#define EXPORT_BYTES_DOT      0x0000002000000000u
#define EXPORT_BYTES_LOW      0x0000004000000000u   /* "_" */
#define EXPORT_BYTES_ODD      0x20001f0000000000u   /* # % ; ? \ and 80 to
                                                       FF: servers read a path
                                                       with them in several
                                                       ways */
#define EXPORT_BYTES_UPPER    0x8000000000000000u   /* a letter in upper case;
                                                       no pattern needs it */

/* what a host's name is made of, written in lower case */

#define EXPORT_BYTES_NAME                                                     \
    (EXPORT_BYTES_LETTERS|EXPORT_BYTES_DIGITS|EXPORT_BYTES_HYPHEN             \
     |EXPORT_BYTES_DOT|EXPORT_BYTES_LOW)


/* the bits of each byte */

extern const uint64_t  export_bytes_set[256];


/* the bits of all bytes of a string, joined */

uint64_t export_bytes(const export_str_t *s);


#endif /* _EXPORT_BYTES_H_INCLUDED_ */
