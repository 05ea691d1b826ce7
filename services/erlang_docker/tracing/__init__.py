"""Spans of commands and calls, for OpenTelemetry. Which there are, and what they cost: docs/tracing.md."""
