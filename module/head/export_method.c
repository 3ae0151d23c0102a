
#include "export_head.h"
#include "export_method.h"


const export_method_override_t
    export_method_overrides[EXPORT_METHOD_OVERRIDES] =
{
    { export_string("_method"), 0 },
    { export_string("http-method"), 0 },
    { export_string("http-method-override"), 0 },
    { export_string("x-http-method"), 1 },
    { export_string("x-method-override"), 1 },
    { export_string("x-http-method-override"), 1 },
};


static const export_str_t  export_method_readers[] = {
    export_string("GET"),
    export_string("HEAD"),
    export_string("OPTIONS"),
    export_string("DELETE"),
};


int
export_method_reads(const export_str_t *method)
{
    size_t  i;

    /* Methods are case-sensitive (RFC 9110, section 9.1). */

    for (i = 0; i < sizeof(export_method_readers) / sizeof(export_str_t); i++)
    {
        if (export_str_equal(method, &export_method_readers[i])) {
            return 1;
        }
    }

    return 0;
}


int
export_method_is_overridden_by(const export_str_t *header)
{
    size_t  i;

    for (i = 0; i < EXPORT_METHOD_OVERRIDES; i++) {

        if (export_method_overrides[i].is_header
            && export_head_name(&export_method_overrides[i].name, header,
                                NULL))
        {
            return 1;
        }
    }

    return 0;
}
