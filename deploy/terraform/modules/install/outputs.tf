output "namespace" {
  description = "Where it was installed."
  value       = helm_release.this.namespace
}
