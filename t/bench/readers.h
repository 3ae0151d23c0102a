
/*
 * Readers that others wrote, each looking for "ip" at the top of every record
 * of NDJSON.  Return how many were found.  Those of simdjson are NULL if it
 * was not there when this was built.
 */


#ifndef _BENCH_READERS_H_INCLUDED_
#define _BENCH_READERS_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define BENCH_PADDING  64       /* readable bytes behind the data: simdjson's
                                   SIMDJSON_PADDING */


#ifdef __cplusplus
extern "C" {
#endif

uint64_t bench_simdjson_dom(const unsigned char *data, size_t len)
    __attribute__((weak));
uint64_t bench_simdjson_ondemand(const unsigned char *data, size_t len)
    __attribute__((weak));

#ifdef __cplusplus
}
#endif


#endif /* _BENCH_READERS_H_INCLUDED_ */
