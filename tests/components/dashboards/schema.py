"""What Grafana takes as a dashboard, and what we ask of ours beyond that, as a JSON schema.

Grafana's part, with its numbers: grafana/grafana, kinds/dashboard/dashboard_kind.cue, `#Panel`, `#GridPos`,
`#VariableModel`, `#ThresholdsConfig`, `#DashboardLink`; uid: "string (8-40)" there. Ours is stricter: no key that is
not named here, a unit and a description for every panel, colours as #RRGGBB alone.
"""

from typing import Any

COLOUR = {"type": "string", "pattern": "^#[0-9A-F]{6}$"}
TEXT = {"type": "string", "minLength": 1}
SOURCE = {
    "type": "object",
    "required": ["type", "uid"],
    "properties": {
        "type": {"enum": ["prometheus", "cloudwatch"]},
        "uid": {"enum": ["${environment}", "${cloudwatch}"]},
    },
    "additionalProperties": False,
}
GRID = {
    "type": "object",
    "required": ["x", "y", "w", "h"],
    "properties": {
        "x": {"type": "integer", "minimum": 0, "exclusiveMaximum": 24},
        "y": {"type": "integer", "minimum": 0},
        "w": {"type": "integer", "minimum": 1, "maximum": 24},
        "h": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
}
STEPS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["value", "color"],
        "properties": {"value": {"type": ["number", "null"]}, "color": COLOUR},
        "additionalProperties": False,
    },
}
FIELDS = {
    "type": "object",
    "required": ["defaults", "overrides"],
    "properties": {
        "defaults": {
            "type": "object",
            "required": ["unit", "noValue"],
            "properties": {
                "unit": TEXT,
                "noValue": TEXT,
                "decimals": {"type": "integer", "minimum": 0},
                "min": {"type": "number"},
                "max": {"type": "number"},
                "mappings": {"type": "array"},
                "custom": {"type": "object"},
                "thresholds": {
                    "type": "object",
                    "required": ["mode", "steps"],
                    "properties": {"mode": {"const": "absolute"}, "steps": STEPS},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        },
        "overrides": {"type": "array"},
    },
    "additionalProperties": False,
}
TARGET = {
    "type": "object",
    "required": ["refId", "datasource"],
    "properties": {"refId": {"type": "string", "pattern": "^[A-Z]$"}, "datasource": SOURCE},
}
PANEL = {
    "type": "object",
    "required": ["id", "type", "title", "description", "gridPos", "fieldConfig", "targets", "datasource"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "type": {"enum": ["timeseries", "stat", "state-timeline", "table"]},
        "title": TEXT,
        "description": {"type": "string", "pattern": "(?s)^.{20,}\n\nRunbook: docs/runbooks/[a-z-]+\\.md$"},
        "gridPos": GRID,
        "fieldConfig": FIELDS,
        "targets": {"type": "array", "minItems": 1, "maxItems": 26, "items": TARGET},
        "datasource": SOURCE,
        "options": {"type": "object"},
        "transformations": {"type": "array"},
        "transparent": {"type": "boolean"},
        "repeatDirection": {"enum": ["h", "v"]},
    },
    "additionalProperties": False,
}
ROW = {
    "type": "object",
    "required": ["type", "id", "title", "gridPos", "collapsed", "panels"],
    "properties": {
        "type": {"const": "row"},
        "id": {"type": "integer", "minimum": 1},
        "title": TEXT,
        "gridPos": GRID,
        "collapsed": {"const": False},
        "panels": {"type": "array", "maxItems": 0},
    },
    "additionalProperties": False,
}
VARIABLE = {
    "type": "object",
    "required": ["name", "type", "label", "description"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$"},
        "type": {"enum": ["datasource", "query", "custom"]},
        "label": TEXT,
        "description": TEXT,
    },
}
EVENT = {
    "type": "object",
    "required": ["name", "datasource", "enable", "iconColor", "expr"],
    "properties": {"name": TEXT, "datasource": SOURCE, "enable": {"const": True}, "iconColor": COLOUR, "expr": TEXT},
}
DASHBOARD: dict[str, Any] = {
    "type": "object",
    "required": ["uid", "title", "description", "schemaVersion", "panels", "templating", "annotations", "time", "tags"],
    "properties": {
        "uid": {"type": "string", "pattern": "^[a-z0-9-]{8,40}$"},
        "title": TEXT,
        "description": TEXT,
        "tags": {"type": "array", "items": TEXT, "contains": {"const": "billing"}},
        "timezone": {"const": "browser"},
        "editable": {"const": False},
        "graphTooltip": {"enum": [0, 1, 2]},
        "time": {"type": "object", "required": ["from", "to"]},
        "refresh": {"type": "string", "pattern": "^[0-9]+[smhd]$"},
        "schemaVersion": {"type": "integer", "minimum": 36, "maximum": 65535},
        "fiscalYearStartMonth": {"type": "integer", "minimum": 0, "maximum": 11},
        "panels": {
            "type": "array",
            "minItems": 2,
            "items": {"if": {"properties": {"type": {"const": "row"}}}, "then": ROW, "else": PANEL},
        },
        "templating": {"type": "object", "properties": {"list": {"type": "array", "items": VARIABLE}}},
        "annotations": {"type": "object", "properties": {"list": {"type": "array", "items": EVENT}}},
        "links": {"type": "array"},
    },
    "additionalProperties": False,
}
