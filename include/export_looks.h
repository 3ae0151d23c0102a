
/*
 * What a body looks like, where that is not what its type says.  The readers
 * and export_sniff.h tell; a refusal's detail says it to people.
 */


#ifndef _EXPORT_LOOKS_H_INCLUDED_
#define _EXPORT_LOOKS_H_INCLUDED_


typedef enum {
    EXPORT_LOOKS_RIGHT = 0,
    EXPORT_LOOKS_JSON,              /* in the place of a form, as all below */
    EXPORT_LOOKS_SEQ,
    EXPORT_LOOKS_CSV,
    EXPORT_LOOKS_XML,
    EXPORT_LOOKS_FIELDS,            /* JSON, in the place of anything else */
    EXPORT_LOOKS_PURPOSE,           /* a table or form, likewise */

    EXPORT_LOOKS
} export_looks_e;


#endif /* _EXPORT_LOOKS_H_INCLUDED_ */
