
/*
 * Names of members that are near to a wanted name: the reader and the scanner
 * both ask.
 */


#include "export_json.h"
#include "export_json_scan.h"


int
export_json_near(const export_json_t *json, const export_str_t *name)
{
    u_char        buf[EXPORT_MAX_NAME];
    export_str_t  core;

    if (export_field_word(name)) {
        return 0;
    }

    core = export_field_core(name, buf);

    return export_json_near_core(json, &core);
}


int
export_json_near_core(const export_json_t *json, const export_str_t *core)
{
    uint32_t  fields;

    fields = export_json_candidates(json);

    for ( /* void */ ; fields; fields &= fields - 1) {
        if (export_field_near(export_json_wanted_name(json,
                                  (unsigned) __builtin_ctz(fields)), core))
        {
            return 1;
        }
    }

    return 0;
}
