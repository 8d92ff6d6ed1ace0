@echo off
rem The plugin as Pulumi's engine looks for it on Windows.
setlocal
set "ROOT=%~dp0..\.."
set "PYTHONPATH=%ROOT%;%PYTHONPATH%"
"%ROOT%\.venv\Scripts\python.exe" -m cli.provider %*
