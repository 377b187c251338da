"""Generated from schemas/config.schema.json by tests/compile_schemas.py: do not edit."""
# mypy: ignore-errors

import re

NoneType = type(None)


PROPERTIES = frozenset(
    (
        "extend",
        "select",
        "extend-select",
        "ignore",
        "exclude",
        "extend-exclude",
        "fail-on",
        "severity",
        "per-file-ignores",
        "baseline",
        "account-types",
        "redirect-domains",
        "endpoint-families",
        "extra-categories",
        "extra-data-types",
        "build",
    )
)
"""The keys that the schema describes."""

LISTED = {'fail-on': ('error', 'warning', 'note', 'never')}
"""Keys with a list of authorised values, and those values."""


class Rejected(Exception):
    """The value does not follow the schema."""


REGEX_PATTERNS = {
    '\\S': re.compile('\\S'),
    '^[A-Za-z_][A-Za-z0-9_]*$': re.compile('^[A-Za-z_][A-Za-z0-9_]*\\Z'),
    '^https?://[^\\s{}]*(\\{(slug|version|file|sha256)\\}[^\\s{}]*)*$': re.compile('^https?://[^\\s{}]*(\\{(slug|version|file|sha256)\\}[^\\s{}]*)*\\Z'),
    '^(?![\\s\\S]*(\\s|\\.\\.))([Hh][Tt][Tt][Pp][Ss]?://)?[^.\\s/:@?#*%\\\\][^\\s/:@?#*%\\\\]*(:[0-9]{1,5})?/?$': re.compile('^(?![\\s\\S]*(\\s|\\.\\.))([Hh][Tt][Tt][Pp][Ss]?://)?[^.\\s/:@?#*%\\\\][^\\s/:@?#*%\\\\]*(:[0-9]{1,5})?/?\\Z'),
    '^(?![!#]|\\.{1,2}(/|$))(?!.*[\\[\\]\\\\\\n])/?[^/\\s]': re.compile('^(?![!#]|\\.{1,2}(/|\\Z))(?!.*[\\[\\]\\\\\\n])/?[^/\\s]'),
    '^(/([^~/]|~[01])*)*$': re.compile('^(/([^~/]|~[01])*)*\\Z')
}

def validate(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data_keys = set(data.keys())
        if "extend" in data_keys:
            data_keys.remove("extend")
            data__extend = data["extend"]
            if not isinstance(data__extend, (str)):
                raise Rejected
            if isinstance(data__extend, str):
                data__extend_len = len(data__extend)
                if data__extend_len < 1:
                    raise Rejected
                if data__extend_len > 4096:
                    raise Rejected
                if not REGEX_PATTERNS['\\S'].search(data__extend):
                    raise Rejected
        if "select" in data_keys:
            data_keys.remove("select")
            data__select = data["select"]
            if not isinstance(data__select, (list, tuple)):
                raise Rejected
            data__select_is_list = isinstance(data__select, (list, tuple))
            if data__select_is_list:
                def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                data__select_len = len(data__select)
                if data__select_len > len(set(fn(data__select_x) for data__select_x in data__select)):
                    raise Rejected
                for data__select_x, data__select_item in enumerate(data__select):
                    validate___definitions_code(data__select_item)
        if "extend-select" in data_keys:
            data_keys.remove("extend-select")
            data__extendselect = data["extend-select"]
            if not isinstance(data__extendselect, (list, tuple)):
                raise Rejected
            data__extendselect_is_list = isinstance(data__extendselect, (list, tuple))
            if data__extendselect_is_list:
                def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                data__extendselect_len = len(data__extendselect)
                if data__extendselect_len > len(set(fn(data__extendselect_x) for data__extendselect_x in data__extendselect)):
                    raise Rejected
                for data__extendselect_x, data__extendselect_item in enumerate(data__extendselect):
                    validate___definitions_code(data__extendselect_item)
        if "ignore" in data_keys:
            data_keys.remove("ignore")
            data__ignore = data["ignore"]
            if not isinstance(data__ignore, (list, tuple)):
                raise Rejected
            data__ignore_is_list = isinstance(data__ignore, (list, tuple))
            if data__ignore_is_list:
                def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                data__ignore_len = len(data__ignore)
                if data__ignore_len > len(set(fn(data__ignore_x) for data__ignore_x in data__ignore)):
                    raise Rejected
                for data__ignore_x, data__ignore_item in enumerate(data__ignore):
                    validate___definitions_code(data__ignore_item)
        if "exclude" in data_keys:
            data_keys.remove("exclude")
            data__exclude = data["exclude"]
            if not isinstance(data__exclude, (list, tuple)):
                raise Rejected
            data__exclude_is_list = isinstance(data__exclude, (list, tuple))
            if data__exclude_is_list:
                def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                data__exclude_len = len(data__exclude)
                if data__exclude_len > len(set(fn(data__exclude_x) for data__exclude_x in data__exclude)):
                    raise Rejected
                for data__exclude_x, data__exclude_item in enumerate(data__exclude):
                    validate___definitions_search_pattern(data__exclude_item)
        if "extend-exclude" in data_keys:
            data_keys.remove("extend-exclude")
            data__extendexclude = data["extend-exclude"]
            if not isinstance(data__extendexclude, (list, tuple)):
                raise Rejected
            data__extendexclude_is_list = isinstance(data__extendexclude, (list, tuple))
            if data__extendexclude_is_list:
                def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                data__extendexclude_len = len(data__extendexclude)
                if data__extendexclude_len > len(set(fn(data__extendexclude_x) for data__extendexclude_x in data__extendexclude)):
                    raise Rejected
                for data__extendexclude_x, data__extendexclude_item in enumerate(data__extendexclude):
                    validate___definitions_search_pattern(data__extendexclude_item)
        if "fail-on" in data_keys:
            data_keys.remove("fail-on")
            data__failon = data["fail-on"]
            if not (isinstance(data__failon, str) and data__failon in {'error', 'warning', 'note', 'never'}):
                raise Rejected
        if "severity" in data_keys:
            data_keys.remove("severity")
            data__severity = data["severity"]
            if not isinstance(data__severity, (dict)):
                raise Rejected
            data__severity_is_dict = isinstance(data__severity, dict)
            if data__severity_is_dict:
                data__severity_keys = set(data__severity.keys())
                for data__severity_key in data__severity_keys:
                    if data__severity_key not in []:
                        data__severity_value = data__severity.get(data__severity_key)
                        if not (isinstance(data__severity_value, str) and data__severity_value in {'error', 'warning', 'note'}):
                            raise Rejected
        if "per-file-ignores" in data_keys:
            data_keys.remove("per-file-ignores")
            data__perfileignores = data["per-file-ignores"]
            if not isinstance(data__perfileignores, (list, tuple)):
                raise Rejected
            data__perfileignores_is_list = isinstance(data__perfileignores, (list, tuple))
            if data__perfileignores_is_list:
                data__perfileignores_len = len(data__perfileignores)
                for data__perfileignores_x, data__perfileignores_item in enumerate(data__perfileignores):
                    validate___definitions_exemption(data__perfileignores_item)
        if "baseline" in data_keys:
            data_keys.remove("baseline")
            data__baseline = data["baseline"]
            if not isinstance(data__baseline, (str)):
                raise Rejected
            if isinstance(data__baseline, str):
                data__baseline_len = len(data__baseline)
                if data__baseline_len < 1:
                    raise Rejected
                if data__baseline_len > 4096:
                    raise Rejected
        if "account-types" in data_keys:
            data_keys.remove("account-types")
            data__accounttypes = data["account-types"]
            if not isinstance(data__accounttypes, (list, tuple)):
                raise Rejected
            data__accounttypes_is_list = isinstance(data__accounttypes, (list, tuple))
            if data__accounttypes_is_list:
                data__accounttypes_len = len(data__accounttypes)
                for data__accounttypes_x, data__accounttypes_item in enumerate(data__accounttypes):
                    validate___definitions_path(data__accounttypes_item)
        if "redirect-domains" in data_keys:
            data_keys.remove("redirect-domains")
            data__redirectdomains = data["redirect-domains"]
            if not isinstance(data__redirectdomains, (list, tuple)):
                raise Rejected
            data__redirectdomains_is_list = isinstance(data__redirectdomains, (list, tuple))
            if data__redirectdomains_is_list:
                data__redirectdomains_len = len(data__redirectdomains)
                for data__redirectdomains_x, data__redirectdomains_item in enumerate(data__redirectdomains):
                    validate___definitions_domain(data__redirectdomains_item)
        if "endpoint-families" in data_keys:
            data_keys.remove("endpoint-families")
            data__endpointfamilies = data["endpoint-families"]
            if not isinstance(data__endpointfamilies, (list, tuple)):
                raise Rejected
            data__endpointfamilies_is_list = isinstance(data__endpointfamilies, (list, tuple))
            if data__endpointfamilies_is_list:
                data__endpointfamilies_len = len(data__endpointfamilies)
                for data__endpointfamilies_x, data__endpointfamilies_item in enumerate(data__endpointfamilies):
                    if not isinstance(data__endpointfamilies_item, (list, tuple)):
                        raise Rejected
                    data__endpointfamilies_item_is_list = isinstance(data__endpointfamilies_item, (list, tuple))
                    if data__endpointfamilies_item_is_list:
                        data__endpointfamilies_item_len = len(data__endpointfamilies_item)
                        if data__endpointfamilies_item_len < 2:
                            raise Rejected
                        for data__endpointfamilies_item_x, data__endpointfamilies_item_item in enumerate(data__endpointfamilies_item):
                            validate___definitions_domain(data__endpointfamilies_item_item)
        if "extra-categories" in data_keys:
            data_keys.remove("extra-categories")
            data__extracategories = data["extra-categories"]
            if not isinstance(data__extracategories, (list, tuple)):
                raise Rejected
            data__extracategories_is_list = isinstance(data__extracategories, (list, tuple))
            if data__extracategories_is_list:
                data__extracategories_len = len(data__extracategories)
                for data__extracategories_x, data__extracategories_item in enumerate(data__extracategories):
                    validate___definitions_value(data__extracategories_item)
        if "extra-data-types" in data_keys:
            data_keys.remove("extra-data-types")
            data__extradatatypes = data["extra-data-types"]
            if not isinstance(data__extradatatypes, (list, tuple)):
                raise Rejected
            data__extradatatypes_is_list = isinstance(data__extradatatypes, (list, tuple))
            if data__extradatatypes_is_list:
                data__extradatatypes_len = len(data__extradatatypes)
                for data__extradatatypes_x, data__extradatatypes_item in enumerate(data__extradatatypes):
                    validate___definitions_value(data__extradatatypes_item)
        if "build" in data_keys:
            data_keys.remove("build")
            data__build = data["build"]
            if not isinstance(data__build, (dict)):
                raise Rejected
            data__build_is_dict = isinstance(data__build, dict)
            if data__build_is_dict:
                data__build_keys = set(data__build.keys())
                if "build-dir" in data__build_keys:
                    data__build_keys.remove("build-dir")
                    data__build__builddir = data__build["build-dir"]
                    if not isinstance(data__build__builddir, (str)):
                        raise Rejected
                    if isinstance(data__build__builddir, str):
                        data__build__builddir_len = len(data__build__builddir)
                        if data__build__builddir_len < 1:
                            raise Rejected
                        if data__build__builddir_len > 4096:
                            raise Rejected
                if "out" in data__build_keys:
                    data__build_keys.remove("out")
                    data__build__out = data__build["out"]
                    if not isinstance(data__build__out, (str)):
                        raise Rejected
                    if isinstance(data__build__out, str):
                        data__build__out_len = len(data__build__out)
                        if data__build__out_len < 1:
                            raise Rejected
                        if data__build__out_len > 4096:
                            raise Rejected
                if "command" in data__build_keys:
                    data__build_keys.remove("command")
                    data__build__command = data__build["command"]
                    if not isinstance(data__build__command, (str)):
                        raise Rejected
                    if isinstance(data__build__command, str):
                        data__build__command_len = len(data__build__command)
                        if data__build__command_len < 1:
                            raise Rejected
                        if data__build__command_len > 32000:
                            raise Rejected
                if "time-limit" in data__build_keys:
                    data__build_keys.remove("time-limit")
                    data__build__timelimit = data__build["time-limit"]
                    if not isinstance(data__build__timelimit, (int)) and not (isinstance(data__build__timelimit, float) and data__build__timelimit.is_integer()) or isinstance(data__build__timelimit, bool):
                        raise Rejected
                    if isinstance(data__build__timelimit, (int, float)) and not isinstance(data__build__timelimit, bool):
                        if data__build__timelimit < 1:
                            raise Rejected
                if "include" in data__build_keys:
                    data__build_keys.remove("include")
                    data__build__include = data__build["include"]
                    if not isinstance(data__build__include, (list, tuple)):
                        raise Rejected
                    data__build__include_is_list = isinstance(data__build__include, (list, tuple))
                    if data__build__include_is_list:
                        def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                        data__build__include_len = len(data__build__include)
                        if data__build__include_len > len(set(fn(data__build__include_x) for data__build__include_x in data__build__include)):
                            raise Rejected
                        for data__build__include_x, data__build__include_item in enumerate(data__build__include):
                            validate___definitions_pattern(data__build__include_item)
                if "exclude" in data__build_keys:
                    data__build_keys.remove("exclude")
                    data__build__exclude = data__build["exclude"]
                    if not isinstance(data__build__exclude, (list, tuple)):
                        raise Rejected
                    data__build__exclude_is_list = isinstance(data__build__exclude, (list, tuple))
                    if data__build__exclude_is_list:
                        def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                        data__build__exclude_len = len(data__build__exclude)
                        if data__build__exclude_len > len(set(fn(data__build__exclude_x) for data__build__exclude_x in data__build__exclude)):
                            raise Rejected
                        for data__build__exclude_x, data__build__exclude_item in enumerate(data__build__exclude):
                            validate___definitions_pattern(data__build__exclude_item)
                if "secret-variables" in data__build_keys:
                    data__build_keys.remove("secret-variables")
                    data__build__secretvariables = data__build["secret-variables"]
                    if not isinstance(data__build__secretvariables, (list, tuple)):
                        raise Rejected
                    data__build__secretvariables_is_list = isinstance(data__build__secretvariables, (list, tuple))
                    if data__build__secretvariables_is_list:
                        def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                        data__build__secretvariables_len = len(data__build__secretvariables)
                        if data__build__secretvariables_len > len(set(fn(data__build__secretvariables_x) for data__build__secretvariables_x in data__build__secretvariables)):
                            raise Rejected
                        for data__build__secretvariables_x, data__build__secretvariables_item in enumerate(data__build__secretvariables):
                            if not isinstance(data__build__secretvariables_item, (str)):
                                raise Rejected
                            if isinstance(data__build__secretvariables_item, str):
                                if not REGEX_PATTERNS['^[A-Za-z_][A-Za-z0-9_]*$'].search(data__build__secretvariables_item):
                                    raise Rejected
                if "url" in data__build_keys:
                    data__build_keys.remove("url")
                    data__build__url = data__build["url"]
                    validate___definitions_url(data__build__url)
                if data__build_keys:
                    raise Rejected
        if data_keys:
            raise Rejected
    return data

def validate___definitions_url(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        if not REGEX_PATTERNS['^https?://[^\\s{}]*(\\{(slug|version|file|sha256)\\}[^\\s{}]*)*$'].search(data):
            raise Rejected
    return data

def validate___definitions_pattern(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        data_len = len(data)
        if data_len < 1:
            raise Rejected
    return data

def validate___definitions_value(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        data_len = len(data)
        if data_len < 1:
            raise Rejected
    return data

def validate___definitions_domain(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        data_len = len(data)
        if data_len < 1:
            raise Rejected
        if not REGEX_PATTERNS['^(?![\\s\\S]*(\\s|\\.\\.))([Hh][Tt][Tt][Pp][Ss]?://)?[^.\\s/:@?#*%\\\\][^\\s/:@?#*%\\\\]*(:[0-9]{1,5})?/?$'].search(data):
            raise Rejected
    return data

def validate___definitions_path(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        data_len = len(data)
        if data_len < 1:
            raise Rejected
        if data_len > 4096:
            raise Rejected
    return data

def validate___definitions_exemption(data):
    if not isinstance(data, (dict)):
        raise Rejected
    data_is_dict = isinstance(data, dict)
    if data_is_dict:
        data__missing_keys = set(['code', 'path', 'reason']) - data.keys()
        if data__missing_keys:
            raise Rejected
        data_keys = set(data.keys())
        if "code" in data_keys:
            data_keys.remove("code")
            data__code = data["code"]
            data__code_any_of_count1 = 0
            if not data__code_any_of_count1:
                try:
                    validate___definitions_code(data__code)
                    data__code_any_of_count1 += 1
                except Rejected: pass
            if not data__code_any_of_count1:
                try:
                    if not isinstance(data__code, (list, tuple)):
                        raise Rejected
                    data__code_is_list = isinstance(data__code, (list, tuple))
                    if data__code_is_list:
                        data__code_len = len(data__code)
                        if data__code_len < 1:
                            raise Rejected
                        def fn(var): return frozenset(dict((k, fn(v)) for k, v in var.items()).items()) if hasattr(var, "items") else tuple(fn(v) for v in var) if isinstance(var, (dict, list)) else (bool, var) if isinstance(var, bool) else var
                        if data__code_len > len(set(fn(data__code_x) for data__code_x in data__code)):
                            raise Rejected
                        for data__code_x, data__code_item in enumerate(data__code):
                            validate___definitions_code(data__code_item)
                    data__code_any_of_count1 += 1
                except Rejected: pass
            if not data__code_any_of_count1:
                raise Rejected
        if "path" in data_keys:
            data_keys.remove("path")
            data__path = data["path"]
            if not isinstance(data__path, (str)):
                raise Rejected
            if isinstance(data__path, str):
                data__path_len = len(data__path)
                if data__path_len < 1:
                    raise Rejected
                if not REGEX_PATTERNS['^(?![!#]|\\.{1,2}(/|$))(?!.*[\\[\\]\\\\\\n])/?[^/\\s]'].search(data__path):
                    raise Rejected
        if "pointer" in data_keys:
            data_keys.remove("pointer")
            data__pointer = data["pointer"]
            if not isinstance(data__pointer, (str)):
                raise Rejected
            if isinstance(data__pointer, str):
                if not REGEX_PATTERNS['^(/([^~/]|~[01])*)*$'].search(data__pointer):
                    raise Rejected
        if "reason" in data_keys:
            data_keys.remove("reason")
            data__reason = data["reason"]
            if not isinstance(data__reason, (str)):
                raise Rejected
            if isinstance(data__reason, str):
                data__reason_len = len(data__reason)
                if data__reason_len < 1:
                    raise Rejected
                if not REGEX_PATTERNS['\\S'].search(data__reason):
                    raise Rejected
        if "until" in data_keys:
            data_keys.remove("until")
            data__until = data["until"]
            if not isinstance(data__until, (str)):
                raise Rejected
        if data_keys:
            raise Rejected
    return data

def validate___definitions_search_pattern(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        data_len = len(data)
        if data_len < 1:
            raise Rejected
        if not REGEX_PATTERNS['\\S'].search(data):
            raise Rejected
    return data

def validate___definitions_code(data):
    if not isinstance(data, (str)):
        raise Rejected
    if isinstance(data, str):
        data_len = len(data)
        if data_len < 1:
            raise Rejected
    return data