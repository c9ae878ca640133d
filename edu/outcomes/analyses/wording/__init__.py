"""An analysis in sentences, tables and pictures, part by part."""
