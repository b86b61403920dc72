// Package sensitive is a processor that takes card numbers, account numbers, credentials and personal data out of
// traces, metrics and logs, wherever they hold text.
package sensitive

import (
	"context"
	"fmt"
	"regexp"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
)

// Config says what is taken out besides card numbers (by Luhn) and IBANs (by their check digits), which always are.
type Config struct {
	// MaskedKeys are expressions: of an attribute whose key matches one, nothing of the value stays.
	MaskedKeys []string `mapstructure:"masked_keys"`
	// Patterns are expressions by the name that stands where their matches were.
	Patterns []Pattern `mapstructure:"patterns"`
}

// Pattern is what one kind of sensitive text looks like.
type Pattern struct {
	Name       string `mapstructure:"name"`
	Expression string `mapstructure:"expression"`
}

// Validate refuses expressions that do not compile, and those without a name.
func (c *Config) Validate() error {
	_, err := newCleaner(c)
	return err
}

// NewFactory makes the processor `sensitive_data`.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("sensitive_data"),
		func() component.Config { return &Config{} },
		processor.WithTraces(newTraces, component.StabilityLevelStable),
		processor.WithMetrics(newMetrics, component.StabilityLevelStable),
		processor.WithLogs(newLogs, component.StabilityLevelStable),
	)
}

var changes = processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true})

func newTraces(
	ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces,
) (processor.Traces, error) {
	clean, err := newCleaner(cfg.(*Config))
	if err != nil {
		return nil, err
	}
	return processorhelper.NewTraces(ctx, set, cfg, next, clean.traces, changes)
}

func newMetrics(
	ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics,
) (processor.Metrics, error) {
	clean, err := newCleaner(cfg.(*Config))
	if err != nil {
		return nil, err
	}
	return processorhelper.NewMetrics(ctx, set, cfg, next, clean.metrics, changes)
}

func newLogs(
	ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs,
) (processor.Logs, error) {
	clean, err := newCleaner(cfg.(*Config))
	if err != nil {
		return nil, err
	}
	return processorhelper.NewLogs(ctx, set, cfg, next, clean.logs, changes)
}

func newCleaner(c *Config) (*cleaner, error) {
	made := &cleaner{}
	for _, text := range c.MaskedKeys {
		compiled, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("masked_keys: %w", err)
		}
		made.keys = append(made.keys, compiled)
	}
	for _, one := range c.Patterns {
		compiled, err := regexp.Compile(one.Expression)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", one.Name, err)
		}
		if one.Name == "" || compiled.MatchString("") {
			return nil, fmt.Errorf("pattern %q: needs a name, and an expression that an empty text does not match", one.Name)
		}
		made.patterns = append(made.patterns, named{compiled, mask(one.Name)})
	}
	return made, nil
}
