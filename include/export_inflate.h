
/*
 * Inflates a body as it arrives: Content-Encoding gzip and deflate.
 *
 * gzip (RFC 1952): every member, each with its header, CRC32 and ISIZE
 * checked.  Malformed: no member at all, reserved flags, a method other than
 * 8, a wrong header CRC, anything after a member that is no other member.
 *
 * deflate (RFC 9110, 8.4.1.2): the zlib format (RFC 1950) with its Adler-32
 * checked.  Malformed: a preset dictionary, anything after the end, and raw
 * deflate, which some clients send under this name and recipients read in
 * different ways.
 *
 * Pure but for the inflate library, which no other file uses.
 */


#ifndef _EXPORT_INFLATE_H_INCLUDED_
#define _EXPORT_INFLATE_H_INCLUDED_


#include "export_field.h"


/*
 * Most bytes of one gzip header.  The fields of a header are skipped, not
 * inspected; real headers hold a file name there.  The bytes of these fields
 * are unread (export_field.h).  So are time, flags and system in a header
 * other than the first, and the bytes of a member that puts out nothing.
 */

#define EXPORT_MAX_GZIP_HEADER  4096

/*
 * Bytes of output up to which no ratio is too high: a small honest body may be
 * nothing but spaces.
 */

#define EXPORT_INFLATE_FLOOR    (1024 * 1024)


typedef enum {
    EXPORT_INFLATE_GZIP = 0,
    EXPORT_INFLATE_DEFLATE
} export_inflate_e;


typedef struct {
    uint64_t   size;                /* bytes of output, for the whole body */
    unsigned   ratio;               /* most bytes of output for a byte of
                                       input, above EXPORT_INFLATE_FLOOR */
} export_inflate_limits_t;


/*
 * export_inflate_t is the state of one body, 54 KB.  export_inflate_work_t is
 * an area of 150 KB, in which all bodies of a worker are inflated in turn, and
 * which holds nothing between two calls.  The library's own state is 87,368
 * bytes, of which only 22 KB of tables and 32 KB of history have to be kept
 * for a body.
 *
 * Both live in the caller's memory, aligned as by malloc(), of the sizes that
 * export_inflate_size() and export_inflate_work_size() return.  The area needs
 * no initialisation and must not be shared by threads.
 */

typedef struct export_inflate_s       export_inflate_t;
typedef struct export_inflate_work_s  export_inflate_work_t;


/*
 * Takes the next bytes of output, which live until the callback returns; "len"
 * is never 0.  The callback must not feed another body that has the same area.
 * EXPORT_OK means to go on; any other value ends the body, and feed() returns
 * it.
 */

typedef int (*export_inflate_out_pt)(void *data, const u_char *p, size_t len);


size_t export_inflate_size(void);
size_t export_inflate_work_size(void);

void export_inflate_init(export_inflate_t *inf, export_inflate_work_t *work,
    export_inflate_e coding, const export_inflate_limits_t *limits,
    export_unread_t *unread, export_inflate_out_pt out, void *data);


/*
 * Both return EXPORT_OK, EXPORT_ERROR if the body is malformed, EXPORT_LIMIT
 * past a limit (no byte of output beyond "size" is handed out) or past the
 * allowance of unread bytes, or what out() returned.  Any result but EXPORT_OK
 * is final, and every later call returns it again.
 *
 * When output is handed out, its CRC is not checked yet.  A body is good only
 * once export_inflate_finish() returns EXPORT_OK, at a member's end.
 */

int export_inflate_feed(export_inflate_t *inf, const u_char *p, size_t len);
int export_inflate_finish(export_inflate_t *inf);


#endif /* _EXPORT_INFLATE_H_INCLUDED_ */
