
/*
 * The country databases: read at configuration time, so that all workers
 * share the tables through fork; with "reload", each worker looks at the files
 * and reads those that have changed.
 */


#include "ngx_http_export.h"


#define NGX_HTTP_EXPORT_GEO_STEPS  2000     /* steps of building a table, in
                                               one event: well under 1 ms */
#define NGX_HTTP_EXPORT_GEO_PAUSE  1        /* ms between such events, in which
                                               requests have their turn */


static ngx_int_t ngx_http_export_database_load(ngx_conf_t *cf,
    ngx_http_export_database_t *db);
static ngx_int_t ngx_http_export_database_check_age(ngx_conf_t *cf,
    ngx_http_export_database_t *db);
static void ngx_http_export_database_set_expiry(
    ngx_http_export_main_conf_t *emcf);
static const char *ngx_http_export_database_open(ngx_http_export_database_t *db,
    export_geo_t **geo);
static ngx_err_t ngx_http_export_database_errno(const char *error);
static void ngx_http_export_database_event(ngx_event_t *ev);
static void ngx_http_export_database_continue(ngx_http_export_database_t *db,
    ngx_log_t *log);
static void ngx_http_export_database_swap(ngx_http_export_database_t *db,
    ngx_log_t *log);
static ngx_uint_t ngx_http_export_database_has_changed(
    ngx_http_export_database_t *db);
static export_place_t ngx_http_export_database_classify(void *data,
    const export_geo_record_t *record);
static void ngx_http_export_database_free(void *data);


ngx_int_t
ngx_http_export_database_init(ngx_conf_t *cf, ngx_http_export_main_conf_t *emcf)
{
    ngx_uint_t                   i;
    ngx_http_export_database_t  *db;

    emcf->atlas.jurisdictions = &emcf->jurisdictions;

    db = emcf->databases.elts;

    for (i = 0; i < emcf->databases.nelts; i++) {
        db[i].emcf = emcf;

        if (ngx_http_export_database_load(cf, &db[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        emcf->atlas.geo[i] = db[i].geo;
        emcf->atlas.n++;
    }

    ngx_http_export_database_set_expiry(emcf);

    return NGX_OK;
}


/* in each worker, a timer for each database with "reload" */

ngx_int_t
ngx_http_export_database_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                    i;
    ngx_http_export_database_t   *db;
    ngx_http_export_main_conf_t  *emcf;

    emcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_export_policy_module);

    if (emcf == NULL || ngx_process == NGX_PROCESS_HELPER) {
        return NGX_OK;
    }

    db = emcf->databases.elts;

    for (i = 0; i < emcf->databases.nelts; i++) {

        if (db[i].reload == 0) {
            continue;
        }

        db[i].event.handler = ngx_http_export_database_event;
        db[i].event.data = &db[i];
        db[i].event.log = cycle->log;
        db[i].event.cancelable = 1;

        ngx_add_timer(&db[i].event, db[i].reload);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_export_database_load(ngx_conf_t *cf, ngx_http_export_database_t *db)
{
    const char          *error;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_export_database_free;
    cln->data = db;

    error = ngx_http_export_database_open(db, &db->geo);

    if (error == NULL
        && export_geo_build(db->geo, (size_t) -1, &error) == EXPORT_OK)
    {
        return ngx_http_export_database_check_age(cf, db);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_http_export_database_errno(error),
                       "country database \"%V\" %s", &db->file, error);

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_export_database_check_age(ngx_conf_t *cf,
    ngx_http_export_database_t *db)
{
    time_t  age;

    age = ngx_time() - export_geo_epoch(db->geo);

    if (db->max_age == 0 || age < db->max_age) {
        return NGX_OK;
    }

    ngx_conf_log_error(db->warn ? NGX_LOG_WARN : NGX_LOG_EMERG, cf, 0,
                       "country database \"%V\" was built %T days ago, "
                       "more than \"max_age\" allows", &db->file,
                       age / 86400);

    return db->warn ? NGX_OK : NGX_ERROR;
}


/* the atlas is as old as the first of its databases that gets too old */

static void
ngx_http_export_database_set_expiry(ngx_http_export_main_conf_t *emcf)
{
    time_t                       expires;
    ngx_uint_t                   i;
    ngx_http_export_database_t  *db;

    emcf->expires = 0;

    db = emcf->databases.elts;

    for (i = 0; i < emcf->databases.nelts; i++) {

        if (db[i].max_age == 0 || db[i].warn) {
            continue;
        }

        expires = export_geo_epoch(db[i].geo) + db[i].max_age;

        if (emcf->expires == 0 || expires < emcf->expires) {
            emcf->expires = expires;
        }
    }
}


/* returns an error's text, or NULL */

static const char *
ngx_http_export_database_open(ngx_http_export_database_t *db,
    export_geo_t **geo)
{
    const char  *error;

    error = NULL;

    /* noted first: a change while the file is being read shows next time */

    (void) ngx_file_info(db->file.data, &db->seen);

    *geo = export_geo_open((char *) db->file.data, (char *) db->path.data,
                           ngx_http_export_database_classify, db->emcf, &error);

    return *geo ? NULL : error;
}


/* only texts that begin so are about a failed call of the system */

static ngx_err_t
ngx_http_export_database_errno(const char *error)
{
    return ngx_strncmp(error, "cannot", 6) == 0 ? ngx_errno : 0;
}


static void
ngx_http_export_database_event(ngx_event_t *ev)
{
    ngx_http_export_database_t *db = ev->data;

    const char  *error;

    if (db->next) {
        ngx_http_export_database_continue(db, ev->log);

    } else if (ngx_http_export_database_has_changed(db)) {

        error = ngx_http_export_database_open(db, &db->next);

        if (error) {
            /* the failure may be for the moment: the file counts as changed */

            ngx_memzero(&db->seen, sizeof(ngx_file_info_t));

            ngx_log_error(NGX_LOG_ERR, ev->log,
                          ngx_http_export_database_errno(error),
                          "country database \"%V\" %s, the old one is kept",
                          &db->file, error);
        }
    }

    ngx_add_timer(ev, db->next ? NGX_HTTP_EXPORT_GEO_PAUSE : db->reload);
}


static void
ngx_http_export_database_continue(ngx_http_export_database_t *db,
    ngx_log_t *log)
{
    ngx_int_t    rc;
    const char  *error;

    rc = export_geo_build(db->next, NGX_HTTP_EXPORT_GEO_STEPS, &error);

    if (rc == EXPORT_AGAIN) {
        return;
    }

    if (rc == EXPORT_OK
        && export_geo_epoch(db->next) >= export_geo_epoch(db->geo))
    {
        ngx_http_export_database_swap(db, log);
        return;
    }

    if (rc == EXPORT_OK) {
        error = "is older than the one in use";
    }

    ngx_log_error(NGX_LOG_ERR, log, ngx_http_export_database_errno(error),
                  "country database \"%V\" %s, the old one is kept",
                  &db->file, error);

    export_geo_close(db->next);
    db->next = NULL;
}


static void
ngx_http_export_database_swap(ngx_http_export_database_t *db, ngx_log_t *log)
{
    ngx_uint_t                    i;
    ngx_http_export_main_conf_t  *emcf;

    /* with "master_process off" the one of ngx_cycle may be newer than ours */

    emcf = db->emcf;
    i = db - (ngx_http_export_database_t *) emcf->databases.elts;

    export_geo_close(db->geo);

    db->geo = db->next;
    db->next = NULL;

    emcf->atlas.geo[i] = db->geo;

    ngx_http_export_database_set_expiry(emcf);

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "country database \"%V\" is reloaded", &db->file);
}


/* a file whose time is older has changed as well: it was restored */

static ngx_uint_t
ngx_http_export_database_has_changed(ngx_http_export_database_t *db)
{
    ngx_file_info_t  fi;

    if (ngx_file_info(db->file.data, &fi) == NGX_FILE_ERROR) {
        return 0;
    }

    return ngx_file_uniq(&fi) != ngx_file_uniq(&db->seen)
           || ngx_file_size(&fi) != ngx_file_size(&db->seen)
           || ngx_file_mtime(&fi) != ngx_file_mtime(&db->seen)
           || fi.st_mtim.tv_nsec != db->seen.st_mtim.tv_nsec;
}


/*
 * The place of a record.  Its country decides.  Only where a record has no
 * country may the country of registration and the continent speak, and only to
 * restrict: the place is unknown, but with the jurisdictions that it may be in.
 */

static export_place_t
ngx_http_export_database_classify(void *data, const export_geo_record_t *record)
{
    ngx_http_export_main_conf_t *emcf = data;

    export_place_t             place;
    export_jurisdictions_t    *js;
    static const export_str_t  europe = export_string("EU");

    js = &emcf->jurisdictions;

    if (record->country.len) {
        return export_jurisdictions_country(js, &record->country);
    }

    place = 0;

    if (record->registered.len) {
        place |= export_jurisdictions_country(js, &record->registered);
    }

    if (export_str_same(&record->continent, &europe)) {
        place |= export_jurisdictions_country(js, &europe);
    }

    place &= EXPORT_PLACE_JURISDICTION;

    return place ? place|EXPORT_PLACE_UNKNOWN : 0;
}


static void
ngx_http_export_database_free(void *data)
{
    ngx_http_export_database_t *db = data;

    if (db->event.timer_set) {
        ngx_del_timer(&db->event);
    }

    export_geo_close(db->geo);
    export_geo_close(db->next);
}
