"""Calibration: findings and page. The procedure itself is in experiments/calibration."""
