"""The command line: composition only.

`main` lists the commands. Each stands in the package of its name; two packages hold several: `views` (`render`,
`apply`), `aws_account` (`doctor`, `evidence`, `pull`); `schema` needs none. They share `rooms` (finding and opening
what is named) and `console` (options, exit codes, text).
"""
