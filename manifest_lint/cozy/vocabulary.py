"""Words that the platform knows: keys, values and doctypes, each list with its source.

The keys of a manifest and the lists that the store keeps (categories, data types, features) are in
schemas/konnector.schema.json, where editors read them too: see manifest.py.
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
"""Verbs of a permission; `ALL` means all of them [cozy-stack model/permission/verbs.go]."""

RENAMED_KEYS = {
    "vendorLink": "vendor_link",
    "dataType": "data_types",
    "data_type": "data_types",
    "dataTypes": "data_types",
    "category": "categories",
    "licence": "license",
    "save_folder": "folders",
    "banksTransactionRegexp": "banksTransactionRegExp",
    "client_side": "clientSide",
    "oauth_scope": "oauth.scope",
}
"""Unknown keys of a manifest, and the key that was meant [the history of connectors]."""

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
"""Keys that only have a meaning in the manifest of a web application [registry README]."""

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

HARVEST_LABELS = (*FIELD_LABELS, "branchName")
"""Labels of a field that Harvest reads: those, and an old one of banks; with any other it looks
under the field's name [cozy-libs packages/cozy-harvest-lib/src/helpers/manifest.js]."""

TRANSLATED_FIELD_NAMES = frozenset(
    (
        "accessTokenSecret",
        "access_token",
        "accountName",
        "agreement",
        "answer",
        "apikey",
        "appKey",
        "appSecret",
        "authCode",
        "bank_identifier",
        "birthdate",
        "branchName",
        "cardNumber",
        "code",
        "consumerKey",
        "consumerSecret",
        "date",
        "dob",
        "email",
        "firstname",
        "folderPath",
        "identifier",
        "lastname",
        "login",
        "loginUrl",
        "namePath",
        "new_identifier",
        "password",
        "phone",
        "phoneNumber",
        "profileName",
        "refreshToken",
        "secret",
        "timeout",
        "token",
        "tricountUrl",
        "two_fa_code",
    )
)
"""Names of fields for which Harvest has a label of its own, if a connector has none
[cozy-libs packages/cozy-harvest-lib/src/locales/en.json, `fields` and `legacy.fields`]."""

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
        "io.cozy.calendar.events",
        "io.cozy.calendar.presence",
        "io.cozy.calendar.todos",
        "io.cozy.certified.carbon_copy",
        "io.cozy.certified.electronic_safe",
        "io.cozy.coachco2.settings",
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
        "io.cozy.procedures",
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
"""Doctypes that are documented [cozy-doctypes, and the stack's own; see list_sources.py]."""

KEYS_READ_BY_GO = frozenset(
    (
        "available_version",
        "checksum",
        "clientSide",
        "created_at",
        "editor",
        "error",
        "icon",
        "language",
        "locales",
        "name",
        "notifications",
        "on_delete_account",
        "parameters",
        "partnership",
        "permissions",
        "screenshots",
        "slug",
        "source",
        "state",
        "terms",
        "type",
        "updated_at",
        "version",
    )
)
"""Keys of a manifest that the stack or the registry decodes, so in upper or lower case
[cozy-stack model/app/konnector.go; cozy-apps-registry registry/registry.go]."""

TEMPLATE_TEXTS = {
    "slug": frozenset(("template", "template-collect", "konnectorslug")),
    "name": frozenset(("connector template", "konnector name", "template", "template ccc")),
    "description": frozenset(("description",)),
    "editor": frozenset(("your name",)),
    "vendor_link": frozenset(("link to the target website",)),
    "banksTransactionRegExp": frozenset((r"\bbooks\b",)),
}
"""What the official templates write under keys of a manifest, in lower case [the manifests of
cozy-konnector-template and template_ccc, from 2017 on]."""

TEMPLATE_REPOSITORIES = (
    "cozy/cozy-konnector-template",
    "cozy/cozy-konnector-thename",
    "konnectors/cozy-konnector-template",
    "konnectors/template",
    "konnectors/template_ccc",
)
"""The repositories that the templates name as their source [as above]."""

TEMPLATE_HOST = "toscrape.com"
"""The site whose subdomains the templates scrape as an example [as above]."""

TEMPLATE_DEVELOPER = frozenset(("yourname", "your name", "your web site"))
"""What the templates write as the developer, in lower case [as above]."""

TEMPLATE_DESCRIPTIONS = frozenset(
    (
        "ce template récupère une liste de livres sur un site de scraping",
        "connector template",
        "fetch a list of books",
        "fetch a list of books from the example website",
        "récupère la liste de livre sur le site exemple",
        "récupère la liste de livres",
        "template de connecteur",
        "this template fetches a list of books from a scraping website",
    )
)
"""The descriptions in the templates' locales, in lower case [as above]."""

TEMPLATE_STARTS = {
    "name": ("connector ", "konnector "),
    "description": ("ce template ", "this template "),
    "locales": ("ce template ", "this template "),
}
"""How the template's texts start, in lower case, if the rest was adapted [as above]."""

TEMPLATE_ICONS = {
    12_212: "676cb0f0b75fedad461d6c677e9bb818",
    2_243: "58b57dc12656a4fa2469cbbcafc895d9",
}
"""The icons of the templates, until 2020 and since: bytes and MD5 of the file [as above]."""

TEMPLATE_SCREENSHOTS = frozenset(("screenshots/screenshot1.png",))
"""The pictures that the templates name [as above]."""

TEMPLATE_DOCTYPES = frozenset(("io.cozy.books", "io.cozy.kitten"))
"""The doctypes of the templates' examples, which no application reads [as above]."""

MEANT_DATA_TYPES = {
    "file": "document",
    "files": "document",
    "image": "document",
    "invoice": "bill",
    "invoices": "bill",
    "location": "geopoint",
    "pdf": "document",
    "photo": "document",
    "photos": "document",
    "picture": "document",
    "pictures": "document",
    "transaction": "bankTransactions",
    "transactions": "bankTransactions",
}
"""Words that authors write as data types, and the one that is on the list for what they mean
[the history of connectors]."""

STORED_AS = {
    "bankAccounts": "io.cozy.bank.accounts",
    "bankTransactions": "io.cozy.bank.operations",
    "bill": "io.cozy.bills",
    "contact": "io.cozy.contacts",
    "document": "io.cozy.files",
}
"""The doctype that a data type is stored as, if there is only one
[cozy-doctypes; the history of connectors]."""

COMMON_LICENSES = (
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MPL-2.0",
)
"""The SPDX identifiers that are most likely meant [SPDX license list]."""

COMMON_TOP_LEVEL_DOMAINS = frozenset(
    ("com", "org", "net", "info", "eu", "io", "fr", "cloud", "app")
)
"""Top-level domains that are accepted without a look into the full list."""

UNLISTED_TOP_LEVEL_DOMAINS = frozenset(
    ("alt", "example", "home", "internal", "invalid", "lan", "local", "localhost", "onion", "test")
)
"""Top-level domains in use that are not in the list [IANA special-use domain names]."""

PERMISSION_KEYS = (
    "type",
    "verbs",
    "values",
    "selector",
    "description",
)
"""Keys of a permission [cozy-stack model/permission/rule.go]."""

OPENED_BY_OTHER_ROUTES = frozenset(
    (
        "io.cozy.oauth.clients",
        "io.cozy.permissions",
        "io.cozy.sharings",
        "io.cozy.support",
        "com.bitwarden.profiles",
        "io.cozy.apps.logs",
        "io.cozy.auth.confirmations",
        "io.cozy.files.thumbnails",
        "io.cozy.jobs.events",
        "io.cozy.notes.events",
        "io.cozy.notes.telepointers",
        "io.cozy.sharings.initial_sync",
    )
)
"""Doctypes that no application may read through the data API, but for which a permission opens
another route or their events [cozy-stack web/settings/clients.go, web/sharings,
web/jobs, web/bitwarden and web/realtime; cozy-client models/doctypes/locales]."""

LOCALE_KEYS = (
    "name",
    "short_description",
    "long_description",
    "changes",
    "fields",
    "permissions",
    "messages",
    "screenshots",
    "folders",
)
"""Keys of a locale that the platform documents or reads [cozy-apps-registry README, "Translated
manifest fields"; cozy-store for `permissions`; cozy-apps-registry registry/registry.go]."""

FIELD_TEXTS = (
    "label",
    "placeholder",
    "description",
)
"""Keys of a field's texts in a locale
[cozy-libs packages/cozy-harvest-lib/src/components/AccountForm]."""

USED_BY_EVERY_CONNECTOR = frozenset(("io.cozy.accounts", "io.cozy.files", "io.cozy.konnectors"))
"""Doctypes that the libraries read or write in every connector: its account, the folder for what
it imports, and itself [cozy-konnector-libs 5.13 BaseKonnector.js, saveFiles.js; cozy-clisk 0.38
launcher]."""

NEEDED_BY_CALLS = {
    "saveBills": "io.cozy.bills",
    "saveFiles": "io.cozy.files",
    "saveIdentity": "io.cozy.identities",
}
"""The doctype that a function of the libraries stores [cozy-konnector-libs 5.13 docs/api.md]."""

CALLS_THAT_WRITE_THE_ACCOUNT = (
    "saveAccountData",
    "updateAccountAttributes",
    "notifySuccessfulLogin",
    "waitForTwoFaCode",
    "CookieKonnector",
)
"""Functions, and a class, with which a connector writes its account: they need PUT
[cozy-konnector-libs 5.13 BaseKonnector.js, CookieKonnector.js]."""

WRITING_CALLS = ("updateAttributes", "update", "updateOrCreate", "save")
"""Functions that write documents of the doctype that they get [cozy-client-js, cozy-client]."""

USED_THROUGH_LIBRARIES = {
    "io.cozy.apps": ("Application", "/apps"),
    "io.cozy.bank.accounts": ("BankAccount", "BankingReconciliator"),
    "io.cozy.bank.accounts.stats": ("BankAccountStats",),
    "io.cozy.bank.balancehistories": ("BalanceHistory",),
    "io.cozy.bank.operations": (
        "saveBills",
        "linkBankOperations",
        "findDuplicates",
        "categorize",
        "Categorizer",
        "BankTransaction",
        "BankingReconciliator",
    ),
    "io.cozy.bills": ("saveBills", "linkBankOperations", "findDuplicates"),
    "io.cozy.certified.carbon_copy": ("carbonCopy",),
    "io.cozy.certified.electronic_safe": ("electronicSafe",),
    "io.cozy.contacts": ("Contact", "/contacts"),
    "io.cozy.contacts.groups": ("Group",),
    "io.cozy.identities": ("saveIdentity", "Identity"),
    "io.cozy.jobs": ("jobs", "createTrigger"),
    "io.cozy.notifications": ("/notifications",),
    "io.cozy.oauth.clients": ("/clients",),
    "io.cozy.permissions": ("/permissions",),
    "io.cozy.procedures.administratives": ("AdministrativeProcedure",),
    "io.cozy.remote.requests": ("/remote",),
    "io.cozy.settings": ("/settings", "settings"),
    "io.cozy.sharings": ("/sharings",),
    "io.cozy.triggers": ("triggers", "Trigger"),
}
"""Doctypes that a source uses without naming them, and the functions, classes and routes by which
it does so [cozy-konnector-libs 5.13 index.js, libs/ and docs/api.md; cozy-clisk 0.38; cozy-doctypes
1.99 banking, contacts; cozy-client for the metadata of certified files and for routes]."""

ENDLESS_ELEMENTS = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "param",
        "source",
        "td",
        "th",
        "tr",
        "track",
        "wbr",
    )
)
"""Elements of HTML that have no end tag, or need none [HTML Living Standard, 13.1.2]."""
