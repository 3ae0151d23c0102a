
/*
 * What variables are made of.  nginx can compute those of map, geo and
 * split_clients again, when others have changed; a copy by "set", by a capture
 * of "if" or by a script nobody can take back.
 */


#include "ngx_http_export_neighbours.h"


static ngx_int_t ngx_http_export_note_captures(ngx_conf_t *cf,
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_export_map_t *map);
static ngx_uint_t ngx_http_export_is_named_group(u_char *p,
    const u_char *last, ngx_str_t *name);
static ngx_uint_t ngx_http_export_has_group(ngx_str_t *text);
static ngx_int_t ngx_http_export_add_copies(ngx_conf_t *cf, ngx_str_t *source,
    ngx_str_t *name, ngx_str_t *text);
static ngx_http_export_copy_t *ngx_http_export_new_copy(ngx_conf_t *cf,
    ngx_str_t *name, ngx_str_t *text);
static ngx_uint_t ngx_http_export_are_known_now(
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_variable_t *all,
    ngx_uint_t *index, ngx_uint_t depth);
static ngx_uint_t ngx_http_export_is_steady(ngx_http_variable_t *v);


/* variables that nginx does not cache, but that stay the same until it sends */

static ngx_str_t  ngx_http_export_steady[] = {
    ngx_string("uri"),
    ngx_string("document_uri"),
    ngx_string("request_uri"),
    ngx_string("args"),
    ngx_string("query_string"),
    ngx_string("is_args"),
    ngx_string("https"),
    ngx_string("request_method"),
    ngx_string("fastcgi_script_name"),
    ngx_string("fastcgi_path_info"),
    ngx_string("document_root"),
    ngx_string("realpath_root"),
    ngx_string("request_filename"),
    ngx_null_string
};


ngx_int_t
ngx_http_export_compile_value(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *value)
{
    ngx_http_compile_complex_value_t  ccv;

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = text;
    ccv.complex_value = value;

    return ngx_http_compile_complex_value(&ccv);
}


ngx_int_t
ngx_http_export_note_map(ngx_conf_t *cf)
{
    ngx_str_t                          *value;
    ngx_http_export_map_t              *map;
    ngx_http_complex_value_t            source;
    ngx_http_export_neighbours_main_t  *nmcf;

    value = cf->args->elts;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    map = ngx_array_push(&nmcf->maps);
    if (map == NULL) {
        return NGX_ERROR;
    }

    map->name = value[cf->args->nelts - 1];
    map->sources = NULL;

    /* the name is kept without its "$" */

    map->name.data++;
    map->name.len--;

    if (ngx_http_export_note_captures(cf, nmcf, map) != NGX_OK) {
        return NGX_ERROR;
    }

    if (cf->args->nelts < 3) {
        return NGX_OK;
    }

    ngx_memzero(&source, sizeof(ngx_http_complex_value_t));

    if (ngx_http_export_compile_value(cf, &value[1], &source) != NGX_OK) {
        return NGX_ERROR;
    }

    map->sources = source.flushes;

    return NGX_OK;
}


/* a map's regexes name the variables that nginx knows since its block began */

static ngx_int_t
ngx_http_export_note_captures(ngx_conf_t *cf,
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_export_map_t *map)
{
    ngx_str_t                  *name;
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (ngx_array_init(&map->captures, cf->pool, 1, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    key = cmcf->variables_keys->keys.elts;

    for (i = nmcf->known; i < cmcf->variables_keys->keys.nelts; i++) {

        name = ngx_array_push(&map->captures);
        if (name == NULL) {
            return NGX_ERROR;
        }

        *name = key[i].key;
    }

    return NGX_OK;
}


ngx_str_t *
ngx_http_export_parse_condition(ngx_conf_t *cf, ngx_str_t *args, ngx_uint_t n)
{
    ngx_str_t  *name;

    if (n < 4) {
        return NULL;
    }

    name = ngx_palloc(cf->pool, sizeof(ngx_str_t));
    if (name == NULL) {
        return NULL;
    }

    *name = args[1];

    if (name->len == 1) {
        *name = args[2];

    } else {
        name->data++;
        name->len--;
    }

    return name->len > 1 && name->data[0] == '$' ? name : NULL;
}


/* named groups of a regex copy parts of the variable that it is tried on */

ngx_int_t
ngx_http_export_note_if(ngx_conf_t *cf)
{
    u_char     *p, *last;
    ngx_str_t  *value, *source, name;

    value = cf->args->elts;

    source = ngx_http_export_parse_condition(cf, value, cf->args->nelts);

    if (source == NULL) {
        return NGX_OK;
    }

    /* the regex is the last argument, or ")" is */

    value += cf->args->nelts - (value[cf->args->nelts - 1].len == 1 ? 2 : 1);

    last = value->data + value->len;

    for (p = value->data; p < last; p++) {

        if (ngx_http_export_is_named_group(p, last, &name)
            && ngx_http_export_add_copies(cf, source, &name, value) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * Whether a named group begins here: "(?<name>", "(?P<name>" or "(?'name'", but
 * not "(?<=" and "(?<!".
 */

static ngx_uint_t
ngx_http_export_is_named_group(u_char *p, const u_char *last, ngx_str_t *name)
{
    u_char  end;

    if (last - p < 4 || p[0] != '(' || p[1] != '?') {
        return 0;
    }

    p += p[2] == 'P' ? 3 : 2;

    switch (*p++) {

    case '<':
        end = '>';
        break;

    case '\'':
        end = '\'';
        break;

    default:
        return 0;
    }

    name->data = p;

    while (p < last && (isalnum(*p) || *p == '_')) {
        p++;
    }

    name->len = p - name->data;

    return name->len && p < last && *p == end;
}


/* whether a text has $1 or another capture by number */

static ngx_uint_t
ngx_http_export_has_group(ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p + 1 < last; p++) {
        if (p[0] == '$' && p[1] >= '1' && p[1] <= '9') {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_export_note_copy(ngx_conf_t *cf)
{
    ngx_str_t                          *value, *text;
    ngx_http_export_neighbours_main_t  *nmcf;

    value = cf->args->elts;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    text = &value[cf->args->nelts - 1];

    if (nmcf->condition && ngx_http_export_has_group(text)
        && ngx_http_export_add_copies(cf, nmcf->condition, &value[1], text)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_export_add_copies(cf, text, &value[1], text);
}


/* any word may be an argument of a script, or the value of a header */

ngx_int_t
ngx_http_export_note_lua(ngx_conf_t *cf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_export_add_copies(cf, &value[i], &value[1], &value[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* of what a script copies, only what its text names can be noted */

ngx_int_t
ngx_http_export_note_script(ngx_conf_t *cf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_http_export_new_copy(cf, &value[1], &value[2]) ? NGX_OK
                                                             : NGX_ERROR;
}


static ngx_int_t
ngx_http_export_add_copies(ngx_conf_t *cf, ngx_str_t *source, ngx_str_t *name,
    ngx_str_t *text)
{
    ngx_str_t                *args, value;
    ngx_http_export_copy_t   *copy;
    ngx_http_complex_value_t  compiled;

    args = cf->args->elts;

    /*
     * The first word is the name of the variable that is set.  Alone, as in
     * "set_md5 $variable", it is the source as well; "more_set_input_headers"
     * has no such name.
     */

    if (source == &args[1] && ngx_strncmp(args[0].data, "more_", 5) != 0
        && ngx_strncmp(args[0].data, "set_", 4) != 0)
    {
        return NGX_OK;
    }

    ngx_memzero(&compiled, sizeof(ngx_http_complex_value_t));

    value = *source;

    if (ngx_http_export_compile_value(cf, &value, &compiled) != NGX_OK) {
        return NGX_ERROR;
    }

    if (compiled.flushes == NULL) {
        return NGX_OK;
    }

    copy = ngx_http_export_new_copy(cf, name, text);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    copy->variables = compiled.flushes;

    return NGX_OK;
}


static ngx_http_export_copy_t *
ngx_http_export_new_copy(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *text)
{
    ngx_str_t                          *value;
    ngx_http_export_copy_t             *copy;
    ngx_http_export_neighbours_main_t  *nmcf;

    value = cf->args->elts;

    nmcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_export_neighbours_module);

    copy = ngx_array_push(&nmcf->copies);
    if (copy == NULL) {
        return NULL;
    }

    copy->directive = value[0];
    copy->name = *name;
    copy->text = *text;
    copy->variables = NULL;
    copy->file = cf->conf_file->file.name;
    copy->line = cf->conf_file->line;

    return copy;
}


/*
 * Whether nginx, when it sends, will get the value that the variable has when
 * the transfer is judged: because the value is cached, or is always the same.
 * The value of a map is known if those of all its sources are.
 */

ngx_uint_t
ngx_http_export_is_known_now(ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_variable_t *all, ngx_http_variable_t *v, ngx_uint_t depth)
{
    ngx_http_export_map_t  *map;

    if (ngx_strncmp(v->name.data, "export_", 7) == 0
        || ngx_strncmp(v->name.data, "request_body", 12) == 0
        || depth == NGX_HTTP_EXPORT_MAPS)
    {
        return 0;
    }

    map = ngx_http_export_next_map(nmcf, &v->name, NULL);

    while (map) {
        if (!ngx_http_export_are_known_now(nmcf, all, map->sources,
                                           depth + 1))
        {
            return 0;
        }

        map = ngx_http_export_next_map(nmcf, &v->name, map);
    }

    return !(v->flags & NGX_HTTP_VAR_NOCACHEABLE)
           || ngx_http_export_is_steady(v);
}


static ngx_uint_t
ngx_http_export_are_known_now(ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_variable_t *all, ngx_uint_t *index, ngx_uint_t depth)
{
    for ( /* void */ ; index && *index != (ngx_uint_t) -1; index++) {
        if (!ngx_http_export_is_known_now(nmcf, all, &all[*index], depth)) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_export_is_steady(ngx_http_variable_t *v)
{
    ngx_str_t  *name;

    if (ngx_strncmp(v->name.data, "arg_", 4) == 0) {
        return 1;
    }

    for (name = ngx_http_export_steady; name->len; name++) {
        if (name->len == v->name.len
            && ngx_strncmp(name->data, v->name.data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* the same variable may be set by several maps */

ngx_http_export_map_t *
ngx_http_export_next_map(ngx_http_export_neighbours_main_t *nmcf,
    ngx_str_t *name, ngx_http_export_map_t *map)
{
    ngx_http_export_map_t  *first, *last;

    first = nmcf->maps.elts;
    last = first + nmcf->maps.nelts;

    for (map = map ? map + 1 : first; map < last; map++) {
        if (export_str_same(ngx_http_export_str(&map->name),
                            ngx_http_export_str(name)))
        {
            return map;
        }
    }

    return NULL;
}
