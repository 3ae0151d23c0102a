
/*
 * Takes private headers off a request before the recipient sees it, and has
 * nginx forget the variables that hold them.
 */


#include "ngx_http_export_neighbours.h"
#include "ngx_http_export_request.h"


static ngx_uint_t ngx_http_export_count_run(ngx_http_export_ctx_t *ctx,
    ngx_table_elt_t *h, ngx_uint_t n, ngx_uint_t place, ngx_uint_t *goes);
static ngx_list_part_t *ngx_http_export_keep_run(ngx_http_request_t *r,
    ngx_list_part_t *last, ngx_table_elt_t *h, ngx_uint_t n);
static ngx_int_t ngx_http_export_take_off(ngx_http_request_t *r,
    ngx_http_export_ctx_t *ctx, ngx_table_elt_t *h, ngx_uint_t n);
static void ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h);
static ngx_uint_t ngx_http_export_is_remembered(ngx_str_t *name);
static ngx_uint_t ngx_http_export_is_capture(
    ngx_http_export_neighbours_main_t *nmcf, ngx_http_variable_t *v,
    ngx_str_t *name);
static ngx_uint_t ngx_http_export_is_derived(
    ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_export_main_conf_t *emcf, ngx_http_variable_t *v,
    ngx_str_t *name, ngx_uint_t depth);
static ngx_str_t *ngx_http_export_find_in_script(
    ngx_http_export_main_conf_t *emcf, ngx_str_t *text);
static void ngx_http_export_warn_of_copies(ngx_cycle_t *cycle,
    ngx_http_export_main_conf_t *emcf,
    ngx_http_export_neighbours_main_t *nmcf);
static ngx_uint_t ngx_http_export_is_taken_off(
    ngx_http_export_main_conf_t *emcf, ngx_str_t *name);


/*
 * The variables in which nginx keeps headers or the body; a "_" at the end
 * stands for all names that begin so.
 */

static ngx_str_t  ngx_http_export_remembered[] = {
    ngx_string("http_"),
    ngx_string("cookie_"),
    ngx_string("geoip_"),
    ngx_string("content_length"),
    ngx_string("content_type"),
    ngx_string("request_body"),
    ngx_string("request_body_file"),
    ngx_string("proxy_add_x_forwarded_for"),
    ngx_null_string
};


/*
 * Makes a new list of headers, for subrequests share the parts of the old one.
 * Nothing is copied: the parts of the new list are runs of headers in the old
 * one.  The headers that were taken off are runs as well, kept for the verdict
 * after an internal redirect.
 */

ngx_int_t
ngx_http_export_strip_headers(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx)
{
    ngx_list_t       *headers;
    ngx_uint_t        n, goes, place, remaining;
    ngx_list_part_t  *part, *last, first;
    ngx_table_elt_t  *h;

    headers = &r->headers_in.headers;

    ngx_memzero(&first, sizeof(ngx_list_part_t));

    place = 0;
    last = &first;

    for (part = &headers->part; part; part = part->next) {
        h = part->elts;

        remaining = part->nelts;

        for ( /* void */ ; remaining; h += n, place += n, remaining -= n) {
            n = ngx_http_export_count_run(ctx, h, remaining, place, &goes);

            if (!goes) {
                last = ngx_http_export_keep_run(r, last, h, n);

                if (last == NULL) {
                    return NGX_ERROR;
                }

            } else if (ngx_http_export_take_off(r, ctx, h, n) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    if (first.nelts == 0) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): r is set */
        first.elts = ngx_palloc(r->pool, sizeof(ngx_table_elt_t));
        if (first.elts == NULL) {
            return NGX_ERROR;
        }
    }

    /* the last part is full: a header that is added later begins a new one */

    headers->part = first;
    headers->last = last == &first ? &headers->part : last;
    headers->nalloc = last->nelts ? last->nelts : 1;
    headers->pool = r->pool;

    ngx_http_export_forget_variables(r);

    return NGX_OK;
}


/*
 * Returns how many of n headers share the fate of the first of them; sets
 * "goes" to 1 if they are taken off.
 */

static ngx_uint_t
ngx_http_export_count_run(ngx_http_export_ctx_t *ctx, ngx_table_elt_t *h,
    ngx_uint_t n, ngx_uint_t place, ngx_uint_t *goes)
{
    uint64_t    places;
    ngx_uint_t  run;

    if (place >= NGX_HTTP_EXPORT_PLACES) {
        *goes = ngx_http_export_is_private_header(ctx->elcf->plan, h);

        return 1;
    }

    places = ctx->private_headers >> place;
    *goes = places & 1;

    /* the run ends before a header of the other kind, or without its own bit */

    places = *goes ? ~places : places;
    places |= (uint64_t) 1 << (NGX_HTTP_EXPORT_PLACES - place);

    run = __builtin_ctzll(places);

    return ngx_min(n, run);
}


/* appends a part to the new list; returns it, or NULL if out of memory */

static ngx_list_part_t *
ngx_http_export_keep_run(ngx_http_request_t *r, ngx_list_part_t *last,
    ngx_table_elt_t *h, ngx_uint_t n)
{
    if (last->nelts) {
        last->next = ngx_palloc(r->pool, sizeof(ngx_list_part_t));
        last = last->next;

        if (last == NULL) {
            return NULL;
        }

        last->next = NULL;
    }

    last->elts = h;
    last->nelts = n;

    return last;
}


static ngx_int_t
ngx_http_export_take_off(ngx_http_request_t *r, ngx_http_export_ctx_t *ctx,
    ngx_table_elt_t *h, ngx_uint_t n)
{
    ngx_list_part_t  *part;

    part = ngx_palloc(r->pool, sizeof(ngx_list_part_t));
    if (part == NULL) {
        return NGX_ERROR;
    }

    part->elts = h;
    part->nelts = n;
    part->next = ctx->stripped;

    ctx->stripped = part;

    if (ctx->elcf->plan->linked) {
        while (n--) {
            ngx_http_export_unlink(r, h++);
        }
    }

    return NGX_OK;
}


/* nginx must lose its own pointers: proxies send some headers by these */

static void
ngx_http_export_unlink(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    ngx_http_header_t          *hh;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    if (h->lowcase_key == NULL) {
        return;
    }

    hh = ngx_hash_find(&cmcf->headers_in_hash, h->hash, h->lowcase_key,
                       h->key.len);

    if (hh == NULL || hh->offset == 0) {
        return;
    }

#if (nginx_version < 1023000)

    if (hh->offset == offsetof(ngx_http_headers_in_t, cookies)
#if (NGX_HTTP_X_FORWARDED_FOR)
        || hh->offset == offsetof(ngx_http_headers_in_t, x_forwarded_for)
#endif
       )
    {
        ((ngx_array_t *) ((u_char *) &r->headers_in + hh->offset))->nelts = 0;
        return;
    }

#endif

    *((ngx_table_elt_t **) ((u_char *) &r->headers_in + hh->offset)) = NULL;
}


/*
 * Variables may have been evaluated before, and hold headers that are taken off
 * or the body that was replaced.  The others keep their values: $request_id
 * would get a new one.
 */

void
ngx_http_export_forget_variables(ngx_http_request_t *r)
{
    ngx_uint_t                    i, *index;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_get_module_main_conf(r, ngx_http_export_policy_module);

    index = emcf->remembered.elts;

    for (i = 0; i < emcf->remembered.nelts; i++) {
        r->variables[index[i]].valid = 0;
        r->variables[index[i]].not_found = 0;
    }
}


/* finds those variables; nginx knows them all once it has read its files */

ngx_int_t
ngx_http_export_init_module(ngx_cycle_t *cycle)
{
    ngx_uint_t                          i, *index;
    ngx_http_variable_t                *v;
    ngx_http_core_main_conf_t          *cmcf;
    ngx_http_export_main_conf_t        *emcf;
    ngx_http_export_neighbours_main_t  *nmcf;
    static ngx_str_t                    body = ngx_string("request_body");

    emcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_export_policy_module);

    if (emcf == NULL || !emcf->enabled) {
        return NGX_OK;
    }

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    nmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                            ngx_http_export_neighbours_module);

    v = cmcf->variables.elts;

    /*
     * A map is forgotten whatever its sources are: values inside its block may
     * hold variables that were not noted, and to evaluate a map once more than
     * needed does no harm.
     */

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (!ngx_http_export_is_remembered(&v[i].name)
            && ngx_http_export_next_map(nmcf, &v[i].name, NULL) == NULL
            && !ngx_http_export_is_capture(nmcf, v, &v[i].name))
        {
            continue;
        }

        index = ngx_array_push(&emcf->remembered);
        if (index == NULL) {
            return NGX_ERROR;
        }

        *index = i;

        if (export_str_same(ngx_http_export_str(&body),
                            ngx_http_export_str(&v[i].name)))
        {
            emcf->sends_body = 1;
        }
    }

    ngx_http_export_warn_of_copies(cycle, emcf, nmcf);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_export_is_remembered(ngx_str_t *name)
{
    ngx_str_t  *known;

    for (known = ngx_http_export_remembered; known->len; known++) {

        if (known->len <= name->len
            && ngx_strncmp(known->data, name->data, known->len) == 0
            && (known->len == name->len
                || known->data[known->len - 1] == '_'))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Whether a variable is a capture in a map of headers or of the body.  Captures
 * of other maps are not forgotten: a location may use the same name for a part
 * of its path.
 */

static ngx_uint_t
ngx_http_export_is_capture(ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_variable_t *v, ngx_str_t *name)
{
    ngx_str_t              *capture;
    ngx_uint_t              i, k;
    ngx_http_export_map_t  *map;

    map = nmcf->maps.elts;

    for (i = 0; i < nmcf->maps.nelts; i++) {

        if (!ngx_http_export_is_derived(nmcf, NULL, v, &map[i].name, 0)) {
            continue;
        }

        capture = map[i].captures.elts;

        for (k = 0; k < map[i].captures.nelts; k++) {
            if (export_str_same(ngx_http_export_str(&capture[k]),
                                ngx_http_export_str(name)))
            {
                return 1;
            }
        }
    }

    return 0;
}


/*
 * Whether a variable holds a header or the body, directly or by any number of
 * maps.  With "emcf", only headers and bodies count that some location takes
 * off or replaces.
 */

static ngx_uint_t
ngx_http_export_is_derived(ngx_http_export_neighbours_main_t *nmcf,
    ngx_http_export_main_conf_t *emcf, ngx_http_variable_t *v,
    ngx_str_t *name, ngx_uint_t depth)
{
    ngx_uint_t             *index;
    ngx_http_export_map_t  *map;

    if (emcf ? ngx_http_export_is_taken_off(emcf, name)
             : ngx_http_export_is_remembered(name))
    {
        return 1;
    }

    if (depth == NGX_HTTP_EXPORT_MAPS) {
        return 0;
    }

    for (map = ngx_http_export_next_map(nmcf, name, NULL);
         map;
         map = ngx_http_export_next_map(nmcf, name, map))
    {
        for (index = map->sources;
             index && *index != (ngx_uint_t) -1;
             index++)
        {
            if (ngx_http_export_is_derived(nmcf, emcf, v, &v[*index].name,
                                           depth + 1))
            {
                return 1;
            }
        }
    }

    return 0;
}


/*
 * What "set" and its like have copied from a private header or a body cannot
 * be taken back: warns the operator not to send the copy.
 */

static void
ngx_http_export_warn_of_copies(ngx_cycle_t *cycle,
    ngx_http_export_main_conf_t *emcf, ngx_http_export_neighbours_main_t *nmcf)
{
    ngx_str_t                  *name;
    ngx_uint_t                  i, *index;
    ngx_http_variable_t        *v;
    ngx_http_export_copy_t     *copy;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);

    v = cmcf->variables.elts;
    copy = nmcf->copies.elts;

    for (i = 0; i < nmcf->copies.nelts; i++) {

        index = copy[i].variables;

        name = index ? NULL
                     : ngx_http_export_find_in_script(emcf, &copy[i].text);

        if (name) {
            ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                          "\"%V %V\" keeps a copy of \"$%V\" that the policy "
                          "cannot take off or replace: do not send \"%V\" to "
                          "a recipient, in %V:%ui",
                          &copy[i].directive, &copy[i].name, name,
                          &copy[i].name, &copy[i].file, copy[i].line);
        }

        for ( /* void */ ; index && *index != (ngx_uint_t) -1; index++) {

            if (!ngx_http_export_is_derived(nmcf, emcf, v, &v[*index].name, 0))
            {
                continue;
            }

            ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                          "\"%V %V %V\" keeps a copy of \"$%V\" that the "
                          "policy cannot take off or replace: do not send "
                          "\"%V\" to a recipient, in %V:%ui",
                          &copy[i].directive, &copy[i].name, &copy[i].text,
                          &v[*index].name, &copy[i].name, &copy[i].file,
                          copy[i].line);
            break;
        }
    }
}


/*
 * Returns a variable that is taken off or replaced, and that the script names,
 * with "-" or "_" between words; or NULL.
 */

static ngx_str_t *
ngx_http_export_find_in_script(ngx_http_export_main_conf_t *emcf,
    ngx_str_t *text)
{
    u_char            *p, *last;
    size_t             n;
    ngx_str_t         *taken;
    ngx_uint_t         i;
    static ngx_str_t   body = ngx_string("request_body");

    last = text->data + text->len;

    if (emcf->redacts
        && ngx_strlcasestrn(text->data, last, body.data, body.len - 1))
    {
        return &body;
    }

    taken = emcf->stripped.elts;

    for (i = 0; i < emcf->stripped.nelts; i++) {

        for (p = text->data; p + taken[i].len - 5 <= last; p++) {

            for (n = 5; n < taken[i].len; n++) {
                if (taken[i].data[n] != (p[n - 5] == '-' ? '_'
                                                   : export_lower(p[n - 5])))
                {
                    break;
                }
            }

            if (n == taken[i].len) {
                return &taken[i];
            }
        }
    }

    return NULL;
}


/* $proxy_add_x_forwarded_for begins with the header */

static ngx_uint_t
ngx_http_export_is_taken_off(ngx_http_export_main_conf_t *emcf,
    ngx_str_t *name)
{
    ngx_str_t         *taken;
    ngx_uint_t         i;
    static ngx_str_t   forwarded = ngx_string("proxy_add_x_forwarded_for");
    static ngx_str_t   own = ngx_string("http_x_forwarded_for");

    if (name->len >= 12 && ngx_strncmp(name->data, "request_body", 12) == 0) {
        return emcf->redacts;
    }

    if (export_str_same(ngx_http_export_str(name),
                        ngx_http_export_str(&forwarded)))
    {
        name = &own;
    }

    taken = emcf->stripped.elts;

    for (i = 0; i < emcf->stripped.nelts; i++) {
        if (export_str_same(ngx_http_export_str(&taken[i]),
                            ngx_http_export_str(name)))
        {
            return 1;
        }
    }

    return 0;
}


/* notes the headers that a location takes off, by the names of variables */

ngx_int_t
ngx_http_export_note_stripped(ngx_http_export_main_conf_t *emcf,
    ngx_http_export_loc_conf_t *elcf)
{
    u_char              *p;
    size_t               i;
    unsigned             k;
    ngx_str_t           *name;
    const export_str_t  *header;

    emcf->redacts |= (elcf->body == NGX_HTTP_EXPORT_BODY_REDACT);

    if (elcf->forward_headers) {
        return NGX_OK;
    }

    k = 0;

    while ((header = export_head_private(elcf->plan->head, &k))) {
        name = ngx_array_push(&emcf->stripped);
        p = ngx_pnalloc(emcf->stripped.pool, 5 + header->len);

        if (name == NULL || p == NULL) {
            return NGX_ERROR;
        }

        name->data = p;
        name->len = 5 + header->len;

        p = ngx_cpymem(p, "http_", 5);

        for (i = 0; i < header->len; i++) {
            *p++ = header->data[i] == '-' ? '_' : header->data[i];
        }
    }

    return NGX_OK;
}
