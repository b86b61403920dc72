package sensitive

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func (c *cleaner) scope(of pcommon.InstrumentationScope) {
	of.SetName(c.text(of.Name()))
	of.SetVersion(c.text(of.Version()))
	c.attributes(of.Attributes())
}

func (c *cleaner) traces(_ context.Context, all ptrace.Traces) (ptrace.Traces, error) {
	for _, of := range all.ResourceSpans().All() {
		c.attributes(of.Resource().Attributes())
		for _, in := range of.ScopeSpans().All() {
			c.scope(in.Scope())
			for _, span := range in.Spans().All() {
				c.span(span)
			}
		}
	}
	return all, nil
}

func (c *cleaner) span(span ptrace.Span) {
	span.SetName(c.text(span.Name()))
	span.Status().SetMessage(c.text(span.Status().Message()))
	span.TraceState().FromRaw(c.text(span.TraceState().AsRaw()))
	c.attributes(span.Attributes())
	for _, event := range span.Events().All() {
		event.SetName(c.text(event.Name()))
		c.attributes(event.Attributes())
	}
	for _, link := range span.Links().All() {
		link.TraceState().FromRaw(c.text(link.TraceState().AsRaw()))
		c.attributes(link.Attributes())
	}
}

func (c *cleaner) logs(_ context.Context, all plog.Logs) (plog.Logs, error) {
	for _, of := range all.ResourceLogs().All() {
		c.attributes(of.Resource().Attributes())
		for _, in := range of.ScopeLogs().All() {
			c.scope(in.Scope())
			for _, record := range in.LogRecords().All() {
				record.SetEventName(c.text(record.EventName()))
				record.SetSeverityText(c.text(record.SeverityText()))
				c.attributes(record.Attributes())
				c.value(record.Body())
			}
		}
	}
	return all, nil
}

func (c *cleaner) metrics(_ context.Context, all pmetric.Metrics) (pmetric.Metrics, error) {
	for _, of := range all.ResourceMetrics().All() {
		c.attributes(of.Resource().Attributes())
		for _, in := range of.ScopeMetrics().All() {
			c.scope(in.Scope())
			for _, metric := range in.Metrics().All() {
				c.metric(metric)
			}
		}
	}
	return all, nil
}

func (c *cleaner) metric(metric pmetric.Metric) {
	metric.SetName(c.text(metric.Name()))
	metric.SetDescription(c.text(metric.Description()))
	metric.SetUnit(c.text(metric.Unit()))
	c.attributes(metric.Metadata())
	switch metric.Type() {
	case pmetric.MetricTypeGauge:
		points(c, metric.Gauge().DataPoints().All())
	case pmetric.MetricTypeSum:
		points(c, metric.Sum().DataPoints().All())
	case pmetric.MetricTypeHistogram:
		points(c, metric.Histogram().DataPoints().All())
	case pmetric.MetricTypeExponentialHistogram:
		points(c, metric.ExponentialHistogram().DataPoints().All())
	case pmetric.MetricTypeSummary:
		for _, point := range metric.Summary().DataPoints().All() {
			c.attributes(point.Attributes())
		}
	}
}

type dataPoint interface {
	Attributes() pcommon.Map
	Exemplars() pmetric.ExemplarSlice
}

func points[P dataPoint](c *cleaner, all func(func(int, P) bool)) {
	for _, point := range all {
		c.attributes(point.Attributes())
		for _, exemplar := range point.Exemplars().All() {
			c.attributes(exemplar.FilteredAttributes())
		}
	}
}
