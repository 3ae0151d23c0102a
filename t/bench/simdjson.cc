
/* simdjson has no other interface than C++'s; a parser is made to be kept */

#include <simdjson.h>

#include "readers.h"


#define BENCH_BATCH  (1024 * 1024)      /* bytes; at least one record */


/* validates everything, and builds a tree of it */

uint64_t
bench_simdjson_dom(const unsigned char *data, size_t len)
{
    uint64_t                        found;
    std::string_view                value;
    static simdjson::dom::parser    parser;
    simdjson::dom::document_stream  documents;

    found = 0;

    if (parser.parse_many((const char *) data, len, BENCH_BATCH)
        .get(documents))
    {
        return 0;
    }

    for (auto document : documents) {
        if (!document["ip"].get(value)) {
            found += value.size() != 0;
        }
    }

    return found;
}


/* looks only at what it is asked for */

uint64_t
bench_simdjson_ondemand(const unsigned char *data, size_t len)
{
    uint64_t                             found;
    std::string_view                     value;
    static simdjson::ondemand::parser    parser;
    simdjson::ondemand::document_stream  documents;

    found = 0;

    if (parser.iterate_many((const char *) data, len, BENCH_BATCH)
        .get(documents))
    {
        return 0;
    }

    for (auto document : documents) {
        if (!document["ip"].get(value)) {
            found += value.size() != 0;
        }
    }

    return found;
}
