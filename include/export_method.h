
/*
 * Methods of requests, and the headers and arguments that override the method
 * of the request line.
 */


#ifndef _EXPORT_METHOD_H_INCLUDED_
#define _EXPORT_METHOD_H_INCLUDED_


#include "export.h"


/*
 * A name of a header or an argument from which frameworks take the method.
 * Two questions are asked with this list, and their answers differ on purpose.
 *
 * Is a request without a body harmless (export_nobody.h)?  Here an answer
 * loosens, so every name counts, of a header or an argument, in any spelling.
 *
 * Does an endpoint for one method fit another method (export_recipient.h)?
 * Here an answer accuses, so only a header counts which recipients are known
 * to read ("is_header"), under its exact name.
 */

typedef struct {
    export_str_t   name;
    unsigned       is_header:1;
} export_method_override_t;


#define EXPORT_METHOD_OVERRIDES  6

extern const export_method_override_t
    export_method_overrides[EXPORT_METHOD_OVERRIDES];


/* 1 for GET, HEAD, OPTIONS and DELETE, which without a body say nothing. */

int export_method_reads(const export_str_t *method);


/*
 * 1 if a header of that name is known to override the method.  As frameworks
 * map names of headers to variables, case does not matter, and any byte but a
 * letter or a digit stands for "-".
 */

int export_method_is_overridden_by(const export_str_t *header);


#endif /* _EXPORT_METHOD_H_INCLUDED_ */
