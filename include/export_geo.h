
/*
 * Country databases, compiled into compact tables: the search tree of an MMDB
 * file (export_mmdb.h) is walked once, each distinct data record is classified
 * by the caller, and then the file is let go.  A look-up reads the tables only.
 *
 *     IPv4    pages for the first 16 bits, equal ones shared, of the next 8
 *     IPv6    sorted intervals on the first 64 bits behind an index on the
 *             first 16
 *
 * A /24 or /64 that is divided further has its parts in a sorted list.
 *
 * ::/96 is the IPv4 tree; its aliases (::ffff:0:0/96, 2002::/16, 2001::/32,
 * and 64:ff9b::/96) are not walked and say nothing, since
 * export_address_parse() never returns such addresses.
 */


#ifndef _EXPORT_GEO_H_INCLUDED_
#define _EXPORT_GEO_H_INCLUDED_


#include <time.h>

#include "export.h"
#include "export_address.h"


#define EXPORT_GEO_MAX_TABLE   0x8000000    /* bytes of one table; a country
                                               database needs up to 5 MB */
#define EXPORT_GEO_MAX_WORK    16           /* units a byte of the file: ends
                                               cycles and shared subtrees */
#define EXPORT_GEO_MAX_PLACES  254          /* distinct words, one byte each;
                                               0 is none, 255 is divided */
#define EXPORT_GEO_MAX_PATH    8            /* names in "path=a/b/c" */


typedef struct export_geo_s  export_geo_t;


/* what one data record says; an absent or non-string value has len 0 */

typedef struct {
    export_str_t   country;
    export_str_t   registered;      /* registered_country/iso_code */
    export_str_t   continent;       /* continent/code */
} export_geo_record_t;


/* the evidence of a record; 0 if it says nothing */

typedef export_place_t (*export_geo_classify_pt)(void *data,
    const export_geo_record_t *record);


/*
 * Opens "file" and prepares the build.  "path" is the way to the country
 * code, names separated by "/", or NULL: then the first of country/iso_code,
 * country_code and country that is a non-empty string in any record counts
 * for the whole file, and a record without it has no country.  A better path
 * found late starts the walk again, so "classify" must give equal answers to
 * equal records; it is called during export_geo_build() only, about once a
 * distinct record, and the strings are valid during the call.
 *
 * Returns NULL and sets *error if the file cannot be opened, is empty, too
 * large or no regular file, or if the path is malformed.  *error is a static
 * lower-case text to be put after the file's name; errno is set where it says
 * "cannot".  Not thread safe.
 */

export_geo_t *export_geo_open(const char *file, const char *path,
    export_geo_classify_pt classify, void *data, const char **error);


/*
 * Reads and walks on for about "steps" units of work, so that an event loop
 * can build a database between events (a unit is well under a microsecond);
 * SIZE_MAX builds the whole.  EXPORT_AGAIN; EXPORT_OK when the tables are
 * ready; EXPORT_ERROR with *error as above if the file cannot be read, changes
 * meanwhile, or is no MMDB, if its metadata, its tree or any record is
 * corrupt, or if it has no country in any record.
 */

int export_geo_build(export_geo_t *geo, size_t steps, const char **error);


/*
 * The following three need export_geo_build() to have returned EXPORT_OK.
 *
 * The evidence for one address; 0 if the database says nothing about it, as
 * with every IPv6 address in a database for IPv4 only.
 */

export_place_t export_geo_lookup(const export_geo_t *geo,
    const export_address_t *address);


/* the build_epoch of the file's metadata */

time_t export_geo_epoch(const export_geo_t *geo);


/* bytes held by the tables */

size_t export_geo_size(const export_geo_t *geo);


/* also ends a build under way; NULL is fine */

void export_geo_close(export_geo_t *geo);


#endif /* _EXPORT_GEO_H_INCLUDED_ */
