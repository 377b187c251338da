"""Words that the platform knows: keys, values and doctypes, each list with its source.

The keys of a manifest and the lists that the store keeps (categories, data types, features) stand
in schemas/konnector.schema.json, where editors read them too: see schema.py.
"""

from __future__ import annotations

GRANT_MODES = (
    "authorization_code",
    "authorization_code+secret",
    "token",
    "token_redirect_url",
    "bi_webauth",
    "bi_webauth+secret",
    "bi_webview",
    "bi_webview+secret",
    "secret",
)
"""Grant modes of an account type [cozy-stack model/account/type.go]."""

TOKEN_MODES = (
    "form",
    "basic",
    "get",
)
"""Token modes of an account type [cozy-stack model/account/type.go]."""

VERBS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
)
"""Verbs of a permission, for all of which `ALL` stands [cozy-stack model/permission/verbs.go]."""

RENAMED_KEYS = {
    "vendorLink": "vendor_link",
    "dataType": "data_types",
    "data_type": "data_types",
    "category": "categories",
    "licence": "license",
    "save_folder": "folders",
    "banksTransactionRegexp": "banksTransactionRegExp",
    "client_side": "clientSide",
    "oauth_scope": "oauth.scope",
}
"""Keys of a manifest that no reader knows, and the one meant [the history of connectors]."""

WEB_APPLICATION_KEYS = frozenset(
    (
        "accept_from_flagship",
        "accept_documents_from_flagship",
        "client_url_flag",
        "intents",
        "mobile",
        "offline_support",
        "platforms",
        "routes",
        "services",
    )
)
"""Keys of a manifest that only mean something in a web application's [registry README]."""

FIELD_TYPES = (
    "dropdown",
    "email",
    "hidden",
    "password",
    "text",
    "checkbox",
    "date",
)
"""Types of a field [registry README; `date` in harvest's code]."""

FIELD_PROPERTIES = frozenset(
    (
        "identifier",
        "advanced",
        "default",
        "description",
        "label",
        "max",
        "min",
        "options",
        "pattern",
        "isRequired",
        "type",
        "role",
        "required",
        "encrypted",
        "autocomplete",
    )
)
"""Keys of a field [registry README; the last ones in harvest's code]."""

FIELD_LABELS = (
    "answer",
    "birthdate",
    "code",
    "date",
    "email",
    "firstname",
    "lastname",
    "login",
    "password",
    "phone",
)
"""Labels of a field that Harvest translates itself [registry README]."""

LOGIN_FIELD_NAMES = (
    "login",
    "identifier",
    "new_identifier",
    "email",
)
"""Names by which Harvest knows the field that identifies an account, in its order
[harvest helpers/manifest.js]."""

FOLDER_VARIABLES = (
    "$administrative",
    "$photos",
    "$konnector",
    "$account",
)
"""Variables in the default path of a folder [registry README]."""

FORBIDDEN_DOCTYPES = frozenset(
    (
        "instances",
        "io.cozy.account_types",
        "io.cozy.konnectors.maintenance",
        "io.cozy.remote.secrets",
        "io.cozy.sessions",
        "io.cozy.permissions",
        "io.cozy.intents",
        "io.cozy.oauth.clients",
        "io.cozy.oauth.access_codes",
        "io.cozy.files.archives",
        "io.cozy.sharings",
        "io.cozy.shared",
        "io.cozy.accounts.soft_deleted",
        "io.cozy.certified.carbon_copy",
        "io.cozy.certified.electronic_safe",
        "io.cozy.files.sizes",
        "io.cozy.triggers.state",
        "io.cozy.sharings.answer",
        "io.cozy.sharings.moved",
        "io.cozy.support",
        "com.bitwarden.profiles",
        "io.cozy.office.url",
        "io.cozy.notes.url",
        "io.cozy.apps.open",
        "io.cozy.auth.confirmations",
        "io.cozy.jobs.events",
        "io.cozy.sharings.initial_sync",
        "io.cozy.notes.events",
        "io.cozy.notes.telepointers",
        "io.cozy.files.thumbnails",
        "io.cozy.apps.logs",
    )
)
"""Doctypes that no application may read, whatever its permissions [cozy-stack model/permission]."""

DOCUMENTED_DOCTYPES = frozenset(
    (
        "io.cozy.account_types",
        "io.cozy.accounts",
        "io.cozy.accounts.soft_deleted",
        "io.cozy.ai.chat.assistants",
        "io.cozy.ai.chat.conversations",
        "io.cozy.ai.chat.events",
        "io.cozy.apps",
        "io.cozy.apps.logs",
        "io.cozy.apps.open",
        "io.cozy.apps.suggestions",
        "io.cozy.auth.confirmations",
        "io.cozy.bank.accounts",
        "io.cozy.bank.accounts.stats",
        "io.cozy.bank.balancehistories",
        "io.cozy.bank.groups",
        "io.cozy.bank.operations",
        "io.cozy.bank.recipients",
        "io.cozy.bank.recurrence",
        "io.cozy.bank.settings",
        "io.cozy.bills",
        "io.cozy.calendar",
        "io.cozy.certified.carbon_copy",
        "io.cozy.certified.electronic_safe",
        "io.cozy.contacts",
        "io.cozy.contacts.accounts",
        "io.cozy.contacts.groups",
        "io.cozy.docrules",
        "io.cozy.drive.settings",
        "io.cozy.exports",
        "io.cozy.exports.requests",
        "io.cozy.files",
        "io.cozy.files.archives",
        "io.cozy.files.encryption",
        "io.cozy.files.metadata",
        "io.cozy.files.settings",
        "io.cozy.files.shortcuts",
        "io.cozy.files.sizes",
        "io.cozy.files.thumbnails",
        "io.cozy.files.versions",
        "io.cozy.home.settings",
        "io.cozy.identities",
        "io.cozy.imports",
        "io.cozy.intents",
        "io.cozy.jobs",
        "io.cozy.jobs.events",
        "io.cozy.konnectors",
        "io.cozy.konnectors.maintenance",
        "io.cozy.nextcloud.migrations",
        "io.cozy.notes.documents",
        "io.cozy.notes.events",
        "io.cozy.notes.images",
        "io.cozy.notes.steps",
        "io.cozy.notes.telepointers",
        "io.cozy.notes.url",
        "io.cozy.notifications",
        "io.cozy.oauth.access_codes",
        "io.cozy.oauth.clients",
        "io.cozy.office.url",
        "io.cozy.permissions",
        "io.cozy.photos.albums",
        "io.cozy.photos.settings",
        "io.cozy.procedures.administratives",
        "io.cozy.remote.nextcloud.files",
        "io.cozy.remote.requests",
        "io.cozy.remote.secrets",
        "io.cozy.sessions",
        "io.cozy.sessions.logins",
        "io.cozy.settings",
        "io.cozy.shared",
        "io.cozy.sharings",
        "io.cozy.sharings.answer",
        "io.cozy.sharings.initial_sync",
        "io.cozy.sharings.members",
        "io.cozy.sharings.moved",
        "io.cozy.support",
        "io.cozy.tags",
        "io.cozy.terms",
        "io.cozy.timeseries",
        "io.cozy.timeseries.geojson",
        "io.cozy.timeseries.grades",
        "io.cozy.todos",
        "io.cozy.todos.item",
        "io.cozy.todos.list",
        "io.cozy.triggers",
        "io.cozy.triggers.state",
    )
)
"""Doctypes that are documented [cozy-doctypes]."""

UNWRITABLE_DOCTYPES = frozenset(
    (
        "io.cozy.jobs",
        "io.cozy.triggers",
        "io.cozy.apps",
        "io.cozy.konnectors",
        "io.cozy.files",
        "io.cozy.files.versions",
        "io.cozy.notifications",
        "io.cozy.remote.requests",
        "io.cozy.sessions.logins",
        "io.cozy.notes.steps",
        "io.cozy.notes.images",
        "com.bitwarden.contacts",
    )
)
"""Doctypes that are read through the data API, and written by other routes alone [cozy-stack]."""
