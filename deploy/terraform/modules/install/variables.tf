variable "name" {
  description = "The release's name."
  type        = string
  default     = "keyferry"
}

variable "namespace" {
  description = "The namespace that it is installed in, which is made if need be."
  type        = string
  default     = "keyferry"
}

variable "chart" {
  description = "The chart: a folder that begins with ./ or ../ or /, or an oci:// address."
  type        = string

  validation {
    condition     = can(regex("^(oci://[^\\s]+|\\.{0,2}/[^\\s]*)$", var.chart))
    error_message = "chart must be a folder, such as ./helm/keyferry, or an oci:// address."
  }
}

variable "chart_version" {
  description = "The exact version of the chart. A folder has its own."
  type        = string
  default     = ""

  validation {
    condition     = var.chart_version == "" || can(regex("^v?[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$", var.chart_version))
    error_message = "chart_version must be one exact version, such as 1.2.3, no range."
  }

  validation {
    condition     = !startswith(var.chart, "oci://") || var.chart_version != ""
    error_message = "A chart from a registry needs its chart_version: without, each apply could install another one."
  }
}

variable "image" {
  description = "The image's name, without tag or digest."
  type        = string

  validation {
    condition     = can(regex("^[^\\s@]+$", var.image)) && !can(regex(":[^/]*$", var.image))
    error_message = "image must be a name without tag or digest, such as registry.example.net/keyferry; the digest stands in digest."
  }
}

variable "digest" {
  description = "The image's digest, which no tag can move. Empty: the chart's tag decides."
  type        = string
  default     = ""

  validation {
    condition     = var.digest == "" || can(regex("^sha256:[0-9a-f]{64}$", var.digest))
    error_message = "digest must be sha256: and 64 hexadecimal digits."
  }
}

variable "values" {
  description = "More values of the chart. They are kept in the state as they are, so no secret belongs here."
  type        = any
  default     = {}
}
