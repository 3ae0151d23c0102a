
/*
 * Methods of requests, and who may say another one than the request line.
 */


#ifndef _EXPORT_METHOD_H_INCLUDED_
#define _EXPORT_METHOD_H_INCLUDED_


#include "export.h"


/*
 * A name that frameworks take the method from.  Two questions are asked with
 * this list, and their answers differ on purpose.
 *
 * Whether a request without a body is harmless (export_nobody.h) is asked
 * where an answer loosens: every name counts, however it is spelt, of a header
 * or an argument.  Whether an endpoint for one method only fits another method
 * (export_recipient.h) is asked where an answer accuses: that takes a header
 * which recipients are known to read, "is_header", by its very name.
 */

typedef struct {
    export_str_t   name;
    unsigned       is_header:1;
} export_method_override_t;


#define EXPORT_METHOD_OVERRIDES  6

extern const export_method_override_t
    export_method_overrides[EXPORT_METHOD_OVERRIDES];


/* 1 for GET, HEAD, OPTIONS and DELETE, which say nothing without a body */

int export_method_reads(const export_str_t *method);


/*
 * 1 if a header of that name is known to override the method: in either case,
 * with any byte but a letter or a digit for a "-", as frameworks map names to
 * variables.
 */

int export_method_is_overridden_by(const export_str_t *header);


#endif /* _EXPORT_METHOD_H_INCLUDED_ */
