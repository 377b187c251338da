"""Generated from schemas/konnector.schema.json by tests/compile_schemas.py: do not edit."""
# mypy: ignore-errors

NoneType = type(None)


PROPERTIES = frozenset(
    (
        "name",
        "name_prefix",
        "slug",
        "type",
        "version",
        "manifest_version",
        "language",
        "icon",
        "screenshots",
        "source",
        "editor",
        "developer",
        "license",
        "vendor_link",
        "categories",
        "data_types",
        "doctypes",
        "qualification_labels",
        "features",
        "tags",
        "description",
        "langs",
        "locales",
        "fields",
        "oauth",
        "permissions",
        "folders",
        "frequency",
        "time_interval",
        "clientSide",
        "serverSide",
        "cookie_domains",
        "on_delete_account",
        "parameters",
        "banksTransactionRegExp",
        "aggregator",
        "partnership",
        "terms",
        "messages",
        "notifications",
        "uuid",
        "state",
        "available_version",
        "checksum",
        "error",
        "created_at",
        "updated_at",
    )
)
"""The keys that the schema describes."""

LISTED = {   'categories': (   'banking',
                      'clouds',
                      'cozy',
                      'education',
                      'energy',
                      'finance',
                      'health',
                      'host_provider',
                      'insurance',
                      'isp',
                      'mes_infos',
                      'online_services',
                      'partners',
                      'press',
                      'pro',
                      'productivity',
                      'ptnb',
                      'public_service',
                      'shopping',
                      'social',
                      'tech',
                      'telecom',
                      'transport',
                      'others'),
    'data_types': (   'activity',
                      'appointment',
                      'bankTransactions',
                      'bankAccounts',
                      'bill',
                      'bloodPressure',
                      'calendar',
                      'certificate',
                      'commit',
                      'consumption',
                      'contact',
                      'contract',
                      'courseMaterial',
                      'document',
                      'event',
                      'family',
                      'geopoint',
                      'heartbeat',
                      'home',
                      'phonecommunicationlog',
                      'podcast',
                      'profile',
                      'refund',
                      'sinister',
                      'sleepTime',
                      'stepsNumber',
                      'temperature',
                      'travelDate',
                      'tweet',
                      'videostream',
                      'weight'),
    'features': (   '2FA',
                    'BILLS',
                    'CAPTCHA_RESOLUTION',
                    'CARBON_COPY',
                    'DOC_QUALIFICATION',
                    'DOC_QUALIFICATION_V2',
                    'ELECTRONIC_SAFE',
                    'FILES',
                    'HEALTH',
                    'HTML_TO_PDF',
                    'IDENTITY',
                    'LOGIN_OK',
                    'METADATA_DEDUP',
                    'SENTRY_V2',
                    'VENDOR_REF'),
    'frequency': ('monthly', 'weekly', 'daily', 'hourly'),
    'qualification_labels': (   'identity_photo',
                                'national_id_card',
                                'passport',
                                'residence_permit',
                                'family_record_book',
                                'birth_certificate',
                                'driver_license',
                                'other_identity_document',
                                'wedding',
                                'pacs',
                                'divorce',
                                'large_family_card',
                                'caf',
                                'other_family_document',
                                'diploma',
                                'work_contract',
                                'pay_sheet',
                                'fidelity_card',
                                'library_card',
                                'single_parent_benefit',
                                'transport_card',
                                'electoral_card',
                                'employment_center_certificate',
                                'unemployment_benefit',
                                'pension',
                                'other_revenue',
                                'gradebook',
                                'student_card',
                                'resume',
                                'motivation_letter',
                                'other_work_document',
                                'health_book',
                                'health_certificate',
                                'pregnancy_medical_certificate',
                                'work_disability_recognition',
                                'national_health_insurance_card',
                                'national_health_insurance_right_certificate',
                                'health_insurance_card',
                                'prescription',
                                'health_invoice',
                                'other_health_document',
                                'vehicle_registration',
                                'car_insurance',
                                'mechanic_invoice',
                                'transport_invoice',
                                'other_transport_document',
                                'house_sale_agreeement',
                                'real_estate_tax',
                                'building_permit',
                                'technical_diagnostic_record',
                                'lease',
                                'rent_receipt',
                                'house_insurance',
                                'work_quote',
                                'work_invoice',
                                'other_house_document',
                                'phone_invoice',
                                'isp_invoice',
                                'telecom_invoice',
                                'energy_invoice',
                                'water_invoice',
                                'energy_contract',
                                'appliance_invoice',
                                'web_service_invoice',
                                'restaurant_invoice',
                                'grocery_invoice',
                                'other_invoice',
                                'tax_return',
                                'tax_notice',
                                'tax_timetable',
                                'other_tax_document',
                                'bank_details',
                                'bank_statement',
                                'loan_agreement',
                                'other_bank_document',
                                'receipt',
                                'payment_proof_family_allowance',
                                'school_attendance_certificate',
                                'school_insurance_certificate',
                                'unfit_for_habitation_declaration',
                                'accommodation_proof',
                                'citizen_registration_certificate',
                                'personal_sporting_licence',
                                'other_activity_document',
                                'other_administrative_document',
                                'note_identity_document',
                                'note_family_document',
                                'note_work_document',
                                'note_health_document',
                                'note_house_document',
                                'note_transport_document',
                                'note_activity_document',
                                'note_finance',
                                'note_invoice',
                                'tax_certificate',
                                'real_estate_insurance',
                                'person_insurance',
                                'expense_claim',
                                'fine',
                                'condition_report')}
"""Keys with a list of authorised values, and those values."""


class Rejected(Exception):
    """The value does not follow the schema."""


def validate(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "name" in data:
            data__name = data["name"]
            if not isinstance(data__name, (str)):
                raise Rejected
        if "name_prefix" in data:
            data__nameprefix = data["name_prefix"]
            if not isinstance(data__nameprefix, (str)):
                raise Rejected
        if "slug" in data:
            data__slug = data["slug"]
            if not isinstance(data__slug, (str)):
                raise Rejected
        if "type" in data:
            data__type = data["type"]
            if not isinstance(data__type, (str)):
                raise Rejected
        if "version" in data:
            data__version = data["version"]
            if not isinstance(data__version, (str)):
                raise Rejected
        if "manifest_version" in data:
            data__manifestversion = data["manifest_version"]
            if not isinstance(data__manifestversion, (str)):
                raise Rejected
        if "language" in data:
            data__language = data["language"]
            if not isinstance(data__language, (str)):
                raise Rejected
        if "icon" in data:
            data__icon = data["icon"]
            if not isinstance(data__icon, (str)):
                raise Rejected
        if "screenshots" in data:
            data__screenshots = data["screenshots"]
            validate___definitions_screenshots(data__screenshots)
        if "source" in data:
            data__source = data["source"]
            if not isinstance(data__source, (str)):
                raise Rejected
        if "editor" in data:
            data__editor = data["editor"]
            if not isinstance(data__editor, (str)):
                raise Rejected
        if "developer" in data:
            data__developer = data["developer"]
            if not isinstance(data__developer, (dict)):
                raise Rejected
            data__developer_is_dict = isinstance(data__developer, dict)
            if data__developer_is_dict:
                if "name" in data__developer:
                    data__developer__name = data__developer["name"]
                    if not isinstance(data__developer__name, (str)):
                        raise Rejected
                if "url" in data__developer:
                    data__developer__url = data__developer["url"]
                    if not isinstance(data__developer__url, (str)):
                        raise Rejected
        if "license" in data:
            data__license = data["license"]
            if not isinstance(data__license, (str)):
                raise Rejected
        if "vendor_link" in data:
            data__vendorlink = data["vendor_link"]
            if not isinstance(data__vendorlink, (str)):
                raise Rejected
        if "categories" in data:
            data__categories = data["categories"]
            if not isinstance(data__categories, (list, tuple)):
                raise Rejected
            data__categories_is_list = isinstance(data__categories, (list, tuple))
            if data__categories_is_list:
                data__categories_len = len(data__categories)
                for data__categories_x, data__categories_item in enumerate(data__categories):
                    validate___definitions_category(data__categories_item)
        if "data_types" in data:
            data__datatypes = data["data_types"]
            if not isinstance(data__datatypes, (list, tuple)):
                raise Rejected
            data__datatypes_is_list = isinstance(data__datatypes, (list, tuple))
            if data__datatypes_is_list:
                data__datatypes_len = len(data__datatypes)
                for data__datatypes_x, data__datatypes_item in enumerate(data__datatypes):
                    validate___definitions_data_type(data__datatypes_item)
        if "doctypes" in data:
            data__doctypes = data["doctypes"]
            if not isinstance(data__doctypes, (list, tuple)):
                raise Rejected
            data__doctypes_is_list = isinstance(data__doctypes, (list, tuple))
            if data__doctypes_is_list:
                data__doctypes_len = len(data__doctypes)
                for data__doctypes_x, data__doctypes_item in enumerate(data__doctypes):
                    validate___definitions_doctype(data__doctypes_item)
        if "qualification_labels" in data:
            data__qualificationlabels = data["qualification_labels"]
            if not isinstance(data__qualificationlabels, (list, tuple)):
                raise Rejected
            data__qualificationlabels_is_list = isinstance(data__qualificationlabels, (list, tuple))
            if data__qualificationlabels_is_list:
                data__qualificationlabels_len = len(data__qualificationlabels)
                for data__qualificationlabels_x, data__qualificationlabels_item in enumerate(data__qualificationlabels):
                    validate___definitions_qualification_label(data__qualificationlabels_item)
        if "features" in data:
            data__features = data["features"]
            if not isinstance(data__features, (list, tuple)):
                raise Rejected
            data__features_is_list = isinstance(data__features, (list, tuple))
            if data__features_is_list:
                data__features_len = len(data__features)
                for data__features_x, data__features_item in enumerate(data__features):
                    validate___definitions_feature(data__features_item)
        if "tags" in data:
            data__tags = data["tags"]
            if not isinstance(data__tags, (list, tuple)):
                raise Rejected
            data__tags_is_list = isinstance(data__tags, (list, tuple))
            if data__tags_is_list:
                data__tags_len = len(data__tags)
                for data__tags_x, data__tags_item in enumerate(data__tags):
                    if not isinstance(data__tags_item, (str)):
                        raise Rejected
        if "description" in data:
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Rejected
        if "langs" in data:
            data__langs = data["langs"]
            if not isinstance(data__langs, (list, tuple)):
                raise Rejected
            data__langs_is_list = isinstance(data__langs, (list, tuple))
            if data__langs_is_list:
                data__langs_len = len(data__langs)
                for data__langs_x, data__langs_item in enumerate(data__langs):
                    validate___definitions_language(data__langs_item)
        if "locales" in data:
            data__locales = data["locales"]
            if not isinstance(data__locales, (dict)):
                raise Rejected
            data__locales_is_dict = isinstance(data__locales, dict)
            if data__locales_is_dict:
                data__locales_keys = set(data__locales.keys())
                for data__locales_key in data__locales_keys:
                    if data__locales_key not in []:
                        data__locales_value = data__locales.get(data__locales_key)
                        validate___definitions_locale(data__locales_value)
        if "fields" in data:
            data__fields = data["fields"]
            if not isinstance(data__fields, (dict)):
                raise Rejected
            data__fields_is_dict = isinstance(data__fields, dict)
            if data__fields_is_dict:
                data__fields_keys = set(data__fields.keys())
                for data__fields_key in data__fields_keys:
                    if data__fields_key not in []:
                        data__fields_value = data__fields.get(data__fields_key)
                        validate___definitions_field(data__fields_value)
        if "oauth" in data:
            data__oauth = data["oauth"]
            if not isinstance(data__oauth, (dict)):
                raise Rejected
            data__oauth_is_dict = isinstance(data__oauth, dict)
            if data__oauth_is_dict:
                if "scope" in data__oauth:
                    data__oauth__scope = data__oauth["scope"]
                    if not isinstance(data__oauth__scope, (list, tuple, str, NoneType)):
                        raise Rejected
                    data__oauth__scope_is_list = isinstance(data__oauth__scope, (list, tuple))
                    if data__oauth__scope_is_list:
                        data__oauth__scope_len = len(data__oauth__scope)
                        for data__oauth__scope_x, data__oauth__scope_item in enumerate(data__oauth__scope):
                            if not isinstance(data__oauth__scope_item, (str)):
                                raise Rejected
                if "account_type" in data__oauth:
                    data__oauth__accounttype = data__oauth["account_type"]
                    if not isinstance(data__oauth__accounttype, (str)):
                        raise Rejected
        if "permissions" in data:
            data__permissions = data["permissions"]
            if not isinstance(data__permissions, (dict)):
                raise Rejected
            data__permissions_is_dict = isinstance(data__permissions, dict)
            if data__permissions_is_dict:
                data__permissions_keys = set(data__permissions.keys())
                for data__permissions_key in data__permissions_keys:
                    if data__permissions_key not in []:
                        data__permissions_value = data__permissions.get(data__permissions_key)
                        validate___definitions_permission(data__permissions_value)
        if "folders" in data:
            data__folders = data["folders"]
            if not isinstance(data__folders, (list, tuple)):
                raise Rejected
            data__folders_is_list = isinstance(data__folders, (list, tuple))
            if data__folders_is_list:
                data__folders_len = len(data__folders)
                for data__folders_x, data__folders_item in enumerate(data__folders):
                    validate___definitions_folder(data__folders_item)
        if "frequency" in data:
            data__frequency = data["frequency"]
            if not isinstance(data__frequency, (str)):
                raise Rejected
            if not (isinstance(data__frequency, str) and data__frequency in {'monthly', 'weekly', 'daily', 'hourly'}):
                raise Rejected
        if "time_interval" in data:
            data__timeinterval = data["time_interval"]
            if not isinstance(data__timeinterval, (list, tuple)):
                raise Rejected
            data__timeinterval_is_list = isinstance(data__timeinterval, (list, tuple))
            if data__timeinterval_is_list:
                data__timeinterval_len = len(data__timeinterval)
                if data__timeinterval_len < 2:
                    raise Rejected
                if data__timeinterval_len > 2:
                    raise Rejected
                for data__timeinterval_x, data__timeinterval_item in enumerate(data__timeinterval):
                    if not isinstance(data__timeinterval_item, (int, float)) or isinstance(data__timeinterval_item, bool):
                        raise Rejected
        if "clientSide" in data:
            data__clientSide = data["clientSide"]
            if not isinstance(data__clientSide, (bool)):
                raise Rejected
        if "serverSide" in data:
            data__serverSide = data["serverSide"]
            if not isinstance(data__serverSide, (bool)):
                raise Rejected
        if "cookie_domains" in data:
            data__cookiedomains = data["cookie_domains"]
            if not isinstance(data__cookiedomains, (list, tuple)):
                raise Rejected
            data__cookiedomains_is_list = isinstance(data__cookiedomains, (list, tuple))
            if data__cookiedomains_is_list:
                data__cookiedomains_len = len(data__cookiedomains)
                for data__cookiedomains_x, data__cookiedomains_item in enumerate(data__cookiedomains):
                    if not isinstance(data__cookiedomains_item, (str)):
                        raise Rejected
        if "on_delete_account" in data:
            data__ondeleteaccount = data["on_delete_account"]
            if not isinstance(data__ondeleteaccount, (str)):
                raise Rejected
        if "parameters" in data:
            data__parameters = data["parameters"]
            if not isinstance(data__parameters, (dict)):
                raise Rejected
        if "banksTransactionRegExp" in data:
            data__banksTransactionRegExp = data["banksTransactionRegExp"]
            if not isinstance(data__banksTransactionRegExp, (str)):
                raise Rejected
        if "aggregator" in data:
            data__aggregator = data["aggregator"]
            if not isinstance(data__aggregator, (dict)):
                raise Rejected
            data__aggregator_is_dict = isinstance(data__aggregator, dict)
            if data__aggregator_is_dict:
                if "accountId" in data__aggregator:
                    data__aggregator__accountId = data__aggregator["accountId"]
                    if not isinstance(data__aggregator__accountId, (str)):
                        raise Rejected
        if "partnership" in data:
            data__partnership = data["partnership"]
            if not isinstance(data__partnership, (dict)):
                raise Rejected
            data__partnership_is_dict = isinstance(data__partnership, dict)
            if data__partnership_is_dict:
                if "icon" in data__partnership:
                    data__partnership__icon = data__partnership["icon"]
                    if not isinstance(data__partnership__icon, (str)):
                        raise Rejected
                if "description" in data__partnership:
                    data__partnership__description = data__partnership["description"]
                    if not isinstance(data__partnership__description, (str)):
                        raise Rejected
                if "name" in data__partnership:
                    data__partnership__name = data__partnership["name"]
                    if not isinstance(data__partnership__name, (str)):
                        raise Rejected
                if "domain" in data__partnership:
                    data__partnership__domain = data__partnership["domain"]
                    if not isinstance(data__partnership__domain, (str)):
                        raise Rejected
        if "terms" in data:
            data__terms = data["terms"]
            if not isinstance(data__terms, (dict)):
                raise Rejected
            data__terms_is_dict = isinstance(data__terms, dict)
            if data__terms_is_dict:
                if "url" in data__terms:
                    data__terms__url = data__terms["url"]
                    if not isinstance(data__terms__url, (str)):
                        raise Rejected
                if "version" in data__terms:
                    data__terms__version = data__terms["version"]
                    if not isinstance(data__terms__version, (str)):
                        raise Rejected
                if "id" in data__terms:
                    data__terms__id = data__terms["id"]
                    if not isinstance(data__terms__id, (str)):
                        raise Rejected
        if "messages" in data:
            data__messages = data["messages"]
            if not isinstance(data__messages, (list, tuple)):
                raise Rejected
            data__messages_is_list = isinstance(data__messages, (list, tuple))
            if data__messages_is_list:
                data__messages_len = len(data__messages)
                for data__messages_x, data__messages_item in enumerate(data__messages):
                    if not isinstance(data__messages_item, (str)):
                        raise Rejected
        if "notifications" in data:
            data__notifications = data["notifications"]
            if not isinstance(data__notifications, (dict)):
                raise Rejected
            data__notifications_is_dict = isinstance(data__notifications, dict)
            if data__notifications_is_dict:
                data__notifications_keys = set(data__notifications.keys())
                for data__notifications_key in data__notifications_keys:
                    if data__notifications_key not in []:
                        data__notifications_value = data__notifications.get(data__notifications_key)
                        validate___definitions_notification(data__notifications_value)
        if "uuid" in data:
            data__uuid = data["uuid"]
            if not isinstance(data__uuid, (str)):
                raise Rejected
        if "state" in data:
            data__state = data["state"]
            if not isinstance(data__state, (str)):
                raise Rejected
        if "available_version" in data:
            data__availableversion = data["available_version"]
            if not isinstance(data__availableversion, (str)):
                raise Rejected
        if "checksum" in data:
            data__checksum = data["checksum"]
            if not isinstance(data__checksum, (str)):
                raise Rejected
        if "error" in data:
            data__error = data["error"]
            if not isinstance(data__error, (str)):
                raise Rejected
        if "created_at" in data:
            data__createdat = data["created_at"]
            if not isinstance(data__createdat, (str)):
                raise Rejected
        if "updated_at" in data:
            data__updatedat = data["updated_at"]
            if not isinstance(data__updatedat, (str)):
                raise Rejected
    return data

def validate___definitions_notification(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "description" in data:
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Rejected
        if "collapsible" in data:
            data__collapsible = data["collapsible"]
            if not isinstance(data__collapsible, (bool)):
                raise Rejected
        if "multiple" in data:
            data__multiple = data["multiple"]
            if not isinstance(data__multiple, (bool)):
                raise Rejected
        if "stateful" in data:
            data__stateful = data["stateful"]
            if not isinstance(data__stateful, (bool)):
                raise Rejected
        if "default_priority" in data:
            data__defaultpriority = data["default_priority"]
            if not isinstance(data__defaultpriority, (str)):
                raise Rejected
        if "time_to_live" in data:
            data__timetolive = data["time_to_live"]
            if not isinstance(data__timetolive, (int)) and not (isinstance(data__timetolive, float) and data__timetolive.is_integer()) or isinstance(data__timetolive, bool):
                raise Rejected
        if "templates" in data:
            data__templates = data["templates"]
            if not isinstance(data__templates, (dict)):
                raise Rejected
            data__templates_is_dict = isinstance(data__templates, dict)
            if data__templates_is_dict:
                data__templates_keys = set(data__templates.keys())
                for data__templates_key in data__templates_keys:
                    if data__templates_key not in []:
                        data__templates_value = data__templates.get(data__templates_key)
                        if not isinstance(data__templates_value, (str)):
                            raise Rejected
        if "min_interval" in data:
            data__mininterval = data["min_interval"]
            if not isinstance(data__mininterval, (int)) and not (isinstance(data__mininterval, float) and data__mininterval.is_integer()) or isinstance(data__mininterval, bool):
                raise Rejected
    return data

def validate___definitions_folder(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "defaultDir" in data:
            data__defaultDir = data["defaultDir"]
            if not isinstance(data__defaultDir, (str)):
                raise Rejected
    return data

def validate___definitions_permission(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "type" in data:
            data__type = data["type"]
            if not isinstance(data__type, (str)):
                raise Rejected
        if "verbs" in data:
            data__verbs = data["verbs"]
            if not isinstance(data__verbs, (list, tuple)):
                raise Rejected
            data__verbs_is_list = isinstance(data__verbs, (list, tuple))
            if data__verbs_is_list:
                data__verbs_len = len(data__verbs)
                for data__verbs_x, data__verbs_item in enumerate(data__verbs):
                    validate___definitions_verb(data__verbs_item)
        if "values" in data:
            data__values = data["values"]
            if not isinstance(data__values, (list, tuple)):
                raise Rejected
            data__values_is_list = isinstance(data__values, (list, tuple))
            if data__values_is_list:
                data__values_len = len(data__values)
                for data__values_x, data__values_item in enumerate(data__values):
                    if not isinstance(data__values_item, (str)):
                        raise Rejected
        if "selector" in data:
            data__selector = data["selector"]
            if not isinstance(data__selector, (str)):
                raise Rejected
        if "description" in data:
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Rejected
    return data

def validate___definitions_verb(data):
    if not isinstance(data, (str)):
        raise Rejected
    if not (isinstance(data, str) and data in {'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'ALL'}):
        raise Rejected
    return data

def validate___definitions_field(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "type" in data:
            data__type = data["type"]
            if not isinstance(data__type, (str)):
                raise Rejected
        if "label" in data:
            data__label = data["label"]
            if not isinstance(data__label, (str)):
                raise Rejected
        if "description" in data:
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Rejected
        if "role" in data:
            data__role = data["role"]
            if not isinstance(data__role, (str)):
                raise Rejected
        if "identifier" in data:
            data__identifier = data["identifier"]
            if not isinstance(data__identifier, (bool)):
                raise Rejected
        if "required" in data:
            data__required = data["required"]
            if not isinstance(data__required, (bool)):
                raise Rejected
        if "isRequired" in data:
            data__isRequired = data["isRequired"]
            if not isinstance(data__isRequired, (bool)):
                raise Rejected
        if "advanced" in data:
            data__advanced = data["advanced"]
            if not isinstance(data__advanced, (bool)):
                raise Rejected
        if "default" in data:
            data__default = data["default"]
            if not isinstance(data__default, (str, int, float, bool, dict)):
                raise Rejected
        if "options" in data:
            data__options = data["options"]
            if not isinstance(data__options, (list, tuple)):
                raise Rejected
            data__options_is_list = isinstance(data__options, (list, tuple))
            if data__options_is_list:
                data__options_len = len(data__options)
                for data__options_x, data__options_item in enumerate(data__options):
                    validate___definitions_option(data__options_item)
        if "min" in data:
            data__min = data["min"]
            if not isinstance(data__min, (int)) and not (isinstance(data__min, float) and data__min.is_integer()) or isinstance(data__min, bool):
                raise Rejected
        if "max" in data:
            data__max = data["max"]
            if not isinstance(data__max, (int)) and not (isinstance(data__max, float) and data__max.is_integer()) or isinstance(data__max, bool):
                raise Rejected
        if "pattern" in data:
            data__pattern = data["pattern"]
            if not isinstance(data__pattern, (str)):
                raise Rejected
        if "encrypted" in data:
            data__encrypted = data["encrypted"]
            if not isinstance(data__encrypted, (bool)):
                raise Rejected
        if "autocomplete" in data:
            data__autocomplete = data["autocomplete"]
            if not isinstance(data__autocomplete, (str)):
                raise Rejected
    return data

def validate___definitions_option(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "name" in data:
            data__name = data["name"]
            if not isinstance(data__name, (str)):
                raise Rejected
        if "label" in data:
            data__label = data["label"]
            if not isinstance(data__label, (str)):
                raise Rejected
        if "value" in data:
            data__value = data["value"]
            if not isinstance(data__value, (str, int, float, bool)):
                raise Rejected
    return data

def validate___definitions_locale(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "name" in data:
            data__name = data["name"]
            if not isinstance(data__name, (str)):
                raise Rejected
        if "short_description" in data:
            data__shortdescription = data["short_description"]
            if not isinstance(data__shortdescription, (str)):
                raise Rejected
        if "long_description" in data:
            data__longdescription = data["long_description"]
            if not isinstance(data__longdescription, (str)):
                raise Rejected
        if "changes" in data:
            data__changes = data["changes"]
            if not isinstance(data__changes, (str)):
                raise Rejected
        if "fields" in data:
            data__fields = data["fields"]
            if not isinstance(data__fields, (dict)):
                raise Rejected
            data__fields_is_dict = isinstance(data__fields, dict)
            if data__fields_is_dict:
                data__fields_keys = set(data__fields.keys())
                for data__fields_key in data__fields_keys:
                    if data__fields_key not in []:
                        data__fields_value = data__fields.get(data__fields_key)
                        validate___definitions_locale_field(data__fields_value)
        if "permissions" in data:
            data__permissions = data["permissions"]
            if not isinstance(data__permissions, (dict)):
                raise Rejected
            data__permissions_is_dict = isinstance(data__permissions, dict)
            if data__permissions_is_dict:
                data__permissions_keys = set(data__permissions.keys())
                for data__permissions_key in data__permissions_keys:
                    if data__permissions_key not in []:
                        data__permissions_value = data__permissions.get(data__permissions_key)
                        validate___definitions_locale_permission(data__permissions_value)
        if "messages" in data:
            data__messages = data["messages"]
            if not isinstance(data__messages, (dict)):
                raise Rejected
            data__messages_is_dict = isinstance(data__messages, dict)
            if data__messages_is_dict:
                data__messages_keys = set(data__messages.keys())
                for data__messages_key in data__messages_keys:
                    if data__messages_key not in []:
                        data__messages_value = data__messages.get(data__messages_key)
                        if not isinstance(data__messages_value, (str)):
                            raise Rejected
        if "screenshots" in data:
            data__screenshots = data["screenshots"]
            validate___definitions_screenshots(data__screenshots)
        if "folders" in data:
            data__folders = data["folders"]
    return data

def validate___definitions_locale_permission(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "description" in data:
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Rejected
    return data

def validate___definitions_locale_field(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        if "label" in data:
            data__label = data["label"]
            if not isinstance(data__label, (str)):
                raise Rejected
        if "placeholder" in data:
            data__placeholder = data["placeholder"]
            if not isinstance(data__placeholder, (str)):
                raise Rejected
        if "description" in data:
            data__description = data["description"]
            if not isinstance(data__description, (str)):
                raise Rejected
    return data

def validate___definitions_language(data):
    if not isinstance(data, (str)):
        raise Rejected
    return data

def validate___definitions_feature(data):
    if not isinstance(data, (str)):
        raise Rejected
    if not (isinstance(data, str) and data in {'2FA', 'BILLS', 'CAPTCHA_RESOLUTION', 'CARBON_COPY', 'DOC_QUALIFICATION', 'DOC_QUALIFICATION_V2', 'ELECTRONIC_SAFE', 'FILES', 'HEALTH', 'HTML_TO_PDF', 'IDENTITY', 'LOGIN_OK', 'METADATA_DEDUP', 'SENTRY_V2', 'VENDOR_REF'}):
        raise Rejected
    return data

def validate___definitions_qualification_label(data):
    if not isinstance(data, (str)):
        raise Rejected
    if not (isinstance(data, str) and data in {'identity_photo', 'national_id_card', 'passport', 'residence_permit', 'family_record_book', 'birth_certificate', 'driver_license', 'other_identity_document', 'wedding', 'pacs', 'divorce', 'large_family_card', 'caf', 'other_family_document', 'diploma', 'work_contract', 'pay_sheet', 'fidelity_card', 'library_card', 'single_parent_benefit', 'transport_card', 'electoral_card', 'employment_center_certificate', 'unemployment_benefit', 'pension', 'other_revenue', 'gradebook', 'student_card', 'resume', 'motivation_letter', 'other_work_document', 'health_book', 'health_certificate', 'pregnancy_medical_certificate', 'work_disability_recognition', 'national_health_insurance_card', 'national_health_insurance_right_certificate', 'health_insurance_card', 'prescription', 'health_invoice', 'other_health_document', 'vehicle_registration', 'car_insurance', 'mechanic_invoice', 'transport_invoice', 'other_transport_document', 'house_sale_agreeement', 'real_estate_tax', 'building_permit', 'technical_diagnostic_record', 'lease', 'rent_receipt', 'house_insurance', 'work_quote', 'work_invoice', 'other_house_document', 'phone_invoice', 'isp_invoice', 'telecom_invoice', 'energy_invoice', 'water_invoice', 'energy_contract', 'appliance_invoice', 'web_service_invoice', 'restaurant_invoice', 'grocery_invoice', 'other_invoice', 'tax_return', 'tax_notice', 'tax_timetable', 'other_tax_document', 'bank_details', 'bank_statement', 'loan_agreement', 'other_bank_document', 'receipt', 'payment_proof_family_allowance', 'school_attendance_certificate', 'school_insurance_certificate', 'unfit_for_habitation_declaration', 'accommodation_proof', 'citizen_registration_certificate', 'personal_sporting_licence', 'other_activity_document', 'other_administrative_document', 'note_identity_document', 'note_family_document', 'note_work_document', 'note_health_document', 'note_house_document', 'note_transport_document', 'note_activity_document', 'note_finance', 'note_invoice', 'tax_certificate', 'real_estate_insurance', 'person_insurance', 'expense_claim', 'fine', 'condition_report'}):
        raise Rejected
    return data

def validate___definitions_doctype(data):
    if not isinstance(data, (str)):
        raise Rejected
    return data

def validate___definitions_data_type(data):
    if not isinstance(data, (str)):
        raise Rejected
    if not (isinstance(data, str) and data in {'activity', 'appointment', 'bankTransactions', 'bankAccounts', 'bill', 'bloodPressure', 'calendar', 'certificate', 'commit', 'consumption', 'contact', 'contract', 'courseMaterial', 'document', 'event', 'family', 'geopoint', 'heartbeat', 'home', 'phonecommunicationlog', 'podcast', 'profile', 'refund', 'sinister', 'sleepTime', 'stepsNumber', 'temperature', 'travelDate', 'tweet', 'videostream', 'weight'}):
        raise Rejected
    return data

def validate___definitions_category(data):
    if not isinstance(data, (str)):
        raise Rejected
    if not (isinstance(data, str) and data in {'banking', 'clouds', 'cozy', 'education', 'energy', 'finance', 'health', 'host_provider', 'insurance', 'isp', 'mes_infos', 'online_services', 'partners', 'press', 'pro', 'productivity', 'ptnb', 'public_service', 'shopping', 'social', 'tech', 'telecom', 'transport', 'others'}):
        raise Rejected
    return data

def validate___definitions_screenshots(data):
    if not isinstance(data, (list, tuple)):
        raise Rejected
    data_is_list = isinstance(data, (list, tuple))
    if data_is_list:
        data_len = len(data)
        for data_x, data_item in enumerate(data):
            if not isinstance(data_item, (str)):
                raise Rejected
    return data