
/*
 * What a body looks like, where its type says something else.  The readers and
 * export_sniff.h find out, and the detail of a refusal tells people.
 */


#ifndef _EXPORT_LOOKS_H_INCLUDED_
#define _EXPORT_LOOKS_H_INCLUDED_


typedef enum {
    EXPORT_LOOKS_RIGHT = 0,
    EXPORT_LOOKS_JSON,              /* this and the next three were sent as a
                                       form */
    EXPORT_LOOKS_SEQ,
    EXPORT_LOOKS_CSV,
    EXPORT_LOOKS_XML,
    EXPORT_LOOKS_FIELDS,            /* JSON that was sent as any other type */
    EXPORT_LOOKS_PURPOSE,           /* a table or form that says a purpose,
                                       sent as any other type */

    EXPORT_LOOKS
} export_looks_e;


#endif /* _EXPORT_LOOKS_H_INCLUDED_ */
