
/*
 * A file in MaxMind DB format (MMDB, maxmind.github.io/MaxMind-DB) that nobody
 * need trust: its search tree, node by node, and strings of its data records.
 * export_mmdb.c is the only file with libmaxminddb.
 *
 * The file is read once into sealed memory, which nobody can truncate or
 * overwrite, and the library maps that memory.  The metadata and each record
 * are checked before the library sees them, because libmaxminddb before 1.13
 * recurses without a bound on nested records and computes the size of the
 * tree in 32 bits.  What no reader can notice is a change inside a string.
 *
 * An *error is a static lower-case text to be put after the file's name; errno
 * is set where the text says "cannot".
 */


#ifndef _EXPORT_MMDB_H_INCLUDED_
#define _EXPORT_MMDB_H_INCLUDED_


#include <time.h>

#include "export.h"


#define EXPORT_MMDB_MAX_FILE    0x40000000  /* bytes; the largest country
                                               databases have 60 MB */
#define EXPORT_MMDB_MAX_VALUES  16384       /* in one record; city records
                                               have 300 */
#define EXPORT_MMDB_MAX_DEPTH   32          /* of nesting in one record; the
                                               library recurses here */
#define EXPORT_MMDB_COPY        64          /* bytes copied in the time that a
                                               node of the tree takes */


typedef struct export_mmdb_s  export_mmdb_t;


/* where one half of a network leads to */

typedef enum {
    EXPORT_MMDB_EMPTY = 0,          /* nowhere: the half has no record */
    EXPORT_MMDB_NODE,               /* to the node of that number */
    EXPORT_MMDB_DATA,               /* to the data record at that offset */
    EXPORT_MMDB_INVALID
} export_mmdb_link_e;


typedef struct {
    export_mmdb_link_e  type;
    uint32_t            value;
} export_mmdb_link_t;


/*
 * Opens "file", without waiting if it is a FIFO.  NULL with *error if the file
 * cannot be opened, is empty, larger than EXPORT_MMDB_MAX_FILE or no regular
 * file.  The caller ends what is returned with export_mmdb_close().
 */

export_mmdb_t *export_mmdb_open(const char *file, const char **error);


/* bytes of the file */

size_t export_mmdb_size(const export_mmdb_t *mmdb);


/*
 * Copies on for about *steps units of EXPORT_MMDB_COPY bytes, and takes the
 * units off *steps.  EXPORT_AGAIN when there are none left; EXPORT_OK at the
 * end of the file; EXPORT_ERROR with *error if the file cannot be read or
 * changed meanwhile.
 */

int export_mmdb_copy(export_mmdb_t *mmdb, size_t *steps, const char **error);


/*
 * After the whole was copied: checks the metadata, and hands the copy to the
 * library.  EXPORT_ERROR with *error if the file is no MMDB, or if its
 * metadata or the size of its tree is corrupt.
 */

int export_mmdb_load(export_mmdb_t *mmdb, const char **error);


/* The following need export_mmdb_load() to have returned EXPORT_OK. */

time_t export_mmdb_epoch(const export_mmdb_t *mmdb);    /* when it was built */
unsigned export_mmdb_is_v4(const export_mmdb_t *mmdb);  /* no IPv6 addresses */

/* bytes of the data section; offsets of records are below that */

size_t export_mmdb_data_size(const export_mmdb_t *mmdb);


/*
 * The two halves of the network of one node; the root has the number 0.
 * EXPORT_ERROR if there is no such node.
 */

int export_mmdb_node(const export_mmdb_t *mmdb, uint32_t number,
    export_mmdb_link_t *left, export_mmdb_link_t *right);


/*
 * A whole record with all that it holds and points at.  EXPORT_ERROR if it is
 * corrupt or over one of the limits; *values is how many values there were.
 */

int export_mmdb_check(const export_mmdb_t *mmdb, uint32_t offset,
    size_t *values);


/*
 * The string at "path", names ended by NULL, in a record that was checked; of
 * len 0 if there is none or it is no string.  Valid until close.
 */

export_str_t export_mmdb_string(const export_mmdb_t *mmdb, uint32_t offset,
    const char *const *path);


/* NULL is fine */

void export_mmdb_close(export_mmdb_t *mmdb);


#endif /* _EXPORT_MMDB_H_INCLUDED_ */
