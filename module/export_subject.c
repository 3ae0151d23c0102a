
#include "export_subject.h"
#include "export_forwarded.h"
#include "export_list.h"


static void export_subject_join(export_subjects_t *subjects,
    export_place_t place);
static EXPORT_RARE void export_subject_forwarded(const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects);


export_place_t
export_subject_locate(const export_atlas_t *atlas,
    const export_address_t *address)
{
    unsigned        i;
    export_place_t  place;

    place = 0;

    for (i = 0; i < atlas->n; i++) {
        place |= export_geo_lookup(atlas->geo[i], address);
    }

    return place ? place : EXPORT_PLACE_UNKNOWN;
}


void
export_subject_signal(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    export_address_t  address;

    switch (type) {

    case EXPORT_SUBJECT_COUNTRY:
        export_subject_join(subjects,
                            export_jurisdictions_country(atlas->jurisdictions,
                                                         value));
        return;

    case EXPORT_SUBJECT_ID:
        subjects->n++;
        return;

    case EXPORT_SUBJECT_FORWARDED:
        export_subject_forwarded(atlas, value, subjects);
        return;

    default:
        if (export_address_parse(value, &address) != EXPORT_OK) {
            subjects->n++;
            subjects->malformed = 1;
            return;
        }

        export_subject_join(subjects, export_subject_locate(atlas, &address));
        subjects->addressed = 1;
    }
}


void
export_subject_value(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    export_str_t  item, rest;

    if (type == EXPORT_SUBJECT_FORWARDED) {
        export_subject_signal(type, atlas, value, subjects);
        return;
    }

    rest = *value;

    while (rest.len && export_list_next(&rest, &item) == EXPORT_OK) {
        export_subject_signal(type, atlas, &item, subjects);
    }
}


static void
export_subject_join(export_subjects_t *subjects, export_place_t place)
{
    subjects->n++;
    subjects->places |= place;
    subjects->located = 1;
}


static EXPORT_RARE void
export_subject_forwarded(const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    int                 rc;
    export_str_t        node;
    export_address_t    address;
    export_forwarded_t  forwarded;

    export_forwarded_init(&forwarded, value);

    for ( ;; ) {
        rc = export_forwarded_next(&forwarded, &node, &address);

        switch (rc) {

        case EXPORT_OK:
            export_subject_join(subjects,
                                export_subject_locate(atlas, &address));
            subjects->addressed = 1;
            break;

        case EXPORT_DECLINED:
            export_subject_join(subjects, EXPORT_PLACE_UNKNOWN);
            break;

        case EXPORT_ERROR:
            subjects->n++;
            subjects->malformed = 1;
            return;

        default:
            return;
        }
    }
}
